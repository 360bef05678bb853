"""What a submission says of its collected data: origins, terms, values by code, define.xml."""
