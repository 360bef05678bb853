"""From the record of a trial to SDTM."""
