"""The closed vocabularies: every word that a report may hold, spelled once.

Slugs are the project's contract (JSON, YAML, code and docs use the same ones). Which reason belongs
to which cause is a table (``rules/reasons``), not code; here is only what exists.
"""

from typing import Final

KINDS: Final = (
    "bounce",
    "delay",
    "success",
    "auto_reply",
    "complaint",
    "read_receipt",
    "challenge",
    "not_bounce",
)
CAUSES: Final = (
    "dns",
    "firewall",
    "antivirus_scanning",
    "queue_congestion",
    "antivirus_misconfigured",
    "server_identity",
    "blocklisted",
    "charset_or_geo",
)
FAMILIES: Final = ("recipient", "message", "sender_auth", "receiver_side", "other")
REASONS: Final = (
    "dns_lookup_failed",
    "dns_timeout",
    "connect_timeout",
    "antivirus_interference",
    "queue_congested",
    "local_file_error",
    "local_filter_failure",
    "helo_rejected",
    "reverse_dns_failed",
    "sender_domain_unresolvable",
    "ip_blocklisted",
    "ip_reputation",
    "dynamic_ip",
    "domain_blocklisted",
    "charset_rejected",
    "geo_blocked",
    "recipient_unknown",
    "recipient_domain_unknown",
    "recipient_disabled",
    "recipient_refused",
    "mailbox_full",
    "domain_not_accepting_mail",
    "message_too_large",
    "message_malformed",
    "spam_content",
    "virus_found",
    "policy_rejected",
    "email_auth_failed",
    "sender_rejected",
    "relay_denied",
    "smtp_auth_failed",
    "tls_failed",
    "greylisted",
    "rate_limited",
    "receiver_unavailable",
    "connection_failed",
    "delivery_expired",
    "routing_loop",
    "protocol_error",
    "undetermined",
)
ACTORS: Final = (
    "sender",
    "sender_admin",
    "sender_isp",
    "recipient",
    "recipient_admin",
    "nobody",
)
REMEDIES: Final = (
    "retry",
    "remove",
    "fix_server",
    "fix_message",
    "delist",
    "use_smarthost",
    "contact_receiver",
    "ignore",
    "inspect",
)
STRENGTHS: Final = ("strong", "medium", "weak")
VOICES: Final = ("sender", "agent", "admin")
ACTIONS: Final = ("failed", "delayed", "delivered", "relayed", "expanded")
VOCABULARIES: Final = ("sisimai", "kumomta", "sparkpost", "ses", "sendgrid", "postalsys", "rfc3463")
GENUINE: Final = ("yes", "no", "unknown")
COMMANDS: Final = ("CONNECT", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "QUIT")
SPEAKERS: Final = ("own", "remote")
