#!/usr/bin/perl
# Times a Perl peer over a folder of mails: peers.pl sisimai|bounceparser FOLDER ROUNDS
use strict;
use warnings;
use Time::HiRes qw(time);

my ($peer, $folder, $rounds) = @ARGV;
my @files = sort glob("$folder/*.eml");
my @mails;
for my $file (@files) {
    open(my $in, '<:raw', $file) or die "$file: $!";
    local $/;
    push @mails, scalar <$in>;
}

my %run = (
    sisimai => sub {
        require Sisimai;
        Sisimai->make($folder);
    },
    bounceparser => sub {
        require Mail::DeliveryStatus::BounceParser;
        for my $mail (@mails) {
            eval { Mail::DeliveryStatus::BounceParser->new($mail)->reports };
        }
    },
);

my @times;
open(STDERR, '>', '/dev/null');
for (1 .. $rounds) {
    my $start = time;
    $run{$peer}->();
    push @times, time - $start;
}
print '[', join(',', @times), "]\n";
