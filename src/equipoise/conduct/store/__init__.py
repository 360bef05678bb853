"""What happened, kept: tables that only commands write, and an audit that proves itself."""
