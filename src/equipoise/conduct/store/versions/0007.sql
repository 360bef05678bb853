-- What pages look up is found without reading what they do not show.

CREATE INDEX audit_by ON audit ("by", chain, n);

CREATE INDEX form_of_key ON "form" (subject, key, state);

CREATE INDEX form_of_state ON "form" (state);

CREATE INDEX query_of_form ON query (form);

CREATE INDEX signature_of_subject ON signature (subject);

CREATE INDEX sae_of_form ON sae (form);

CREATE INDEX kit_of_site ON kit (site, state);

CREATE INDEX allocation_of_site ON allocation (site);
