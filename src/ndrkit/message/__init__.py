"""The bytes of a mail: offsets first, decoding late, nothing raised."""
