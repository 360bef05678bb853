"""What a trial is supplied with, kit by kit."""
