"""What was conducted, in other people's formats, and from them."""
