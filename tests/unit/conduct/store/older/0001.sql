BEGIN TRANSACTION;
CREATE TABLE account (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    state TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (id)
);
INSERT INTO "account" VALUES('adam','adam','','active',1);
INSERT INTO "account" VALUES('carl','Carl','','active',1);
INSERT INTO "account" VALUES('iris','Iris','','active',1);
INSERT INTO "account" VALUES('phil','Phil','','active',1);
INSERT INTO "account" VALUES('mona','Mona','','active',1);
INSERT INTO "account" VALUES('dana','Dana','','active',1);
INSERT INTO "account" VALUES('uma','Uma','','active',1);
INSERT INTO "account" VALUES('ulf','Ulf','','active',1);
INSERT INTO "account" VALUES('bert','Bert','','active',1);
INSERT INTO "account" VALUES('spike','Spike','','active',1);
INSERT INTO "account" VALUES('dsmb','Dsmb','','active',1);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE allocation (
    list TEXT NOT NULL,
    subject TEXT NOT NULL,
    stratum TEXT NOT NULL,
    slot INTEGER NOT NULL,
    arm TEXT NOT NULL,
    nonce TEXT NOT NULL,
    site TEXT NOT NULL,
    "by" TEXT NOT NULL,
    at TEXT NOT NULL,
    drawn TEXT,
    weights TEXT,
    state_digest TEXT,
    PRIMARY KEY (list, subject),
    UNIQUE (list, stratum, slot),
    FOREIGN KEY(list) REFERENCES list (id),
    FOREIGN KEY(subject) REFERENCES subject (id),
    FOREIGN KEY(site) REFERENCES site (id)
);
INSERT INTO "allocation" VALUES('test','A-001','["F","north"]',1,'b','a5087ec3e5607642685c0393376f9626','A','carl','2026-01-05T09:00:00.078000Z',NULL,NULL,'44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
INSERT INTO "allocation" VALUES('test','B-001','["M","north"]',1,'b','7666b0f8529bdcca6957f092413e8b6d','B','carl','2026-01-05T09:00:00.090000Z',NULL,NULL,'5075a05c61c45449e7af9084a208a319665bdea0a92be2670d5f63277600298e');
INSERT INTO "allocation" VALUES('test','A-002','["F","north"]',2,'a','a449ad7caf07c4a4a93c630bf07095c0','A','carl','2026-01-05T09:00:00.102000Z',NULL,NULL,'8c210c32c915b77c0ac815a430c3d01afa410bc7251f6cede6e7ee779edd5d8b');
INSERT INTO "allocation" VALUES('test','B-002','["M","north"]',2,'b','1c7630cfb09f9ba3e8cffd00595564e8','B','carl','2026-01-05T09:00:00.114000Z',NULL,NULL,'7df1a8a761e19da891b83380a8bd5d7d57afafc19f4761f306178854197cc43f');
CREATE TABLE allocation_note (
    id TEXT NOT NULL,
    subject TEXT NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    "by" TEXT NOT NULL,
    at TEXT NOT NULL,
    stratum TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(subject) REFERENCES subject (id)
);
CREATE TABLE audit (
    chain TEXT NOT NULL,
    n INTEGER NOT NULL,
    prev TEXT NOT NULL,
    body TEXT NOT NULL,
    hash TEXT NOT NULL,
    at TEXT GENERATED ALWAYS AS (body ->> 'at') VIRTUAL,
    "by" TEXT GENERATED ALWAYS AS (body ->> 'by') VIRTUAL,
    subject TEXT GENERATED ALWAYS AS (body ->> 'subject') VIRTUAL,
    PRIMARY KEY (chain, n)
);
INSERT INTO "audit" VALUES('trial',1,'0000000000000000000000000000000000000000000000000000000000000000','{"at":"2026-01-05T09:00:00.003000Z","by":"adam","change":{"at":[null,"2026-01-05T09:00:00.003000Z"],"by":[null,"adam"],"digest":[null,"abce7bbf63cd4e0546a92221c94d4b52ff822d29adf8cefe65854d8bffaf4393"],"file":[null,{"sha256":"994659de87f727ddcde75df44314f31d7f367b3bff347e852f390530f29720c7"}],"id":[null,"1"],"resolved":[null,{"sha256":"1c19874785a34ee33f8b1b3a754276daadaab505281c90fabc6886d3abd5700d"}],"tested":[null,"equipoise 0.1.0"]},"command":"init","key":["1"],"role":"admin","table":"protocol_version","v":1}','45ee1f9861da37188582b9ef94a62c7d393935145ad8afd24388a32ccbb67cbe');
INSERT INTO "audit" VALUES('trial',2,'45ee1f9861da37188582b9ef94a62c7d393935145ad8afd24388a32ccbb67cbe','{"at":"2026-01-05T09:00:00.003000Z","by":"adam","change":{"id":[null,"trial"],"kind":[null,"test"],"name":[null,"T1"],"revision":[null,1],"state":[null,"built"],"version":[null,"1"]},"command":"init","key":["trial"],"role":"admin","table":"trial","v":1}','8961c07be66d5c001ee84dc16407b294f3e9b60d4104059087228e6ddb4a69e3');
INSERT INTO "audit" VALUES('trial',3,'8961c07be66d5c001ee84dc16407b294f3e9b60d4104059087228e6ddb4a69e3','{"at":"2026-01-05T09:00:00.003000Z","by":"adam","change":{"email":[null,""],"id":[null,"adam"],"name":[null,"adam"],"revision":[null,1],"state":[null,"active"]},"command":"init","key":["adam"],"role":"admin","table":"account","v":1}','4a1de00ba9c607153e21381185ed76c41949d0cfc50fee8857c60305771fcd6d');
INSERT INTO "audit" VALUES('trial',4,'4a1de00ba9c607153e21381185ed76c41949d0cfc50fee8857c60305771fcd6d','{"at":"2026-01-05T09:00:00.003000Z","by":"adam","change":{"account":[null,"adam"],"by":[null,"adam"],"from_at":[null,"2026-01-05T09:00:00.003000Z"],"id":[null,"G00001"],"revision":[null,1],"role":[null,"admin"]},"command":"init","key":["G00001"],"role":"admin","table":"grant","v":1}','a51821c1f4ff01a1aeef8570dc359152caa474d4f86efa9942f9bc153b723887');
INSERT INTO "audit" VALUES('trial',5,'a51821c1f4ff01a1aeef8570dc359152caa474d4f86efa9942f9bc153b723887','{"at":"2026-01-05T09:00:00.004000Z","by":"adam","change":{"cap":[null,null],"country":[null,null],"id":[null,"A"],"name":[null,"A"],"revision":[null,1],"state":[null,"planned"],"zone":[null,"UTC"]},"command":"open site","key":["A"],"role":"admin","table":"site","v":1}','e3abf469cf8f0aaaa93f0a31091e1cdc110b9598f382b4fe57a3c10cd7388264');
INSERT INTO "audit" VALUES('trial',6,'e3abf469cf8f0aaaa93f0a31091e1cdc110b9598f382b4fe57a3c10cd7388264','{"at":"2026-01-05T09:00:00.006000Z","by":"adam","change":{"approved_on":[null,"2026-01-05"],"by":[null,"adam"],"document_hash":[null,""],"from_at":[null,"2026-01-05T09:00:00.006000Z"],"site":[null,"A"],"version":[null,"1"]},"command":"approve version","key":["A","1"],"role":"admin","table":"site_version","v":1}','7e35b4f278f1145a8bc9535a94ec9b4d1c7cc62d354a686e5c62b02fbdac5d5a');
INSERT INTO "audit" VALUES('trial',7,'7e35b4f278f1145a8bc9535a94ec9b4d1c7cc62d354a686e5c62b02fbdac5d5a','{"at":"2026-01-05T09:00:00.006000Z","by":"adam","change":{"revision":[1,2],"state":["planned","approved"],"version":[null,"1"]},"command":"approve version","key":["A"],"role":"admin","table":"site","v":1}','70d3d25cc017eeae12bd4541048ee4849ad34a66939cc2437ec76a8fae15d758');
INSERT INTO "audit" VALUES('trial',8,'70d3d25cc017eeae12bd4541048ee4849ad34a66939cc2437ec76a8fae15d758','{"at":"2026-01-05T09:00:00.008000Z","by":"adam","change":{"revision":[2,3],"state":["approved","active"]},"command":"set site","key":["A"],"role":"admin","table":"site","v":1}','45ab2eab84117d66fb804033c6ba8ca593cb8fc34d104012c693c9c6039ab161');
INSERT INTO "audit" VALUES('trial',9,'45ab2eab84117d66fb804033c6ba8ca593cb8fc34d104012c693c9c6039ab161','{"at":"2026-01-05T09:00:00.010000Z","by":"adam","change":{"cap":[null,null],"country":[null,null],"id":[null,"B"],"name":[null,"B"],"revision":[null,1],"state":[null,"planned"],"zone":[null,"UTC"]},"command":"open site","key":["B"],"role":"admin","table":"site","v":1}','36dfad89e884111d3dc8edb05a7f340d31ac45db5b50de8ef9230a36165a3bbd');
INSERT INTO "audit" VALUES('trial',10,'36dfad89e884111d3dc8edb05a7f340d31ac45db5b50de8ef9230a36165a3bbd','{"at":"2026-01-05T09:00:00.012000Z","by":"adam","change":{"approved_on":[null,"2026-01-05"],"by":[null,"adam"],"document_hash":[null,""],"from_at":[null,"2026-01-05T09:00:00.012000Z"],"site":[null,"B"],"version":[null,"1"]},"command":"approve version","key":["B","1"],"role":"admin","table":"site_version","v":1}','6292f5a85ba92a7b9969d53f741b20c3cce6d6219557db436b71f0ee9778a2f2');
INSERT INTO "audit" VALUES('trial',11,'6292f5a85ba92a7b9969d53f741b20c3cce6d6219557db436b71f0ee9778a2f2','{"at":"2026-01-05T09:00:00.012000Z","by":"adam","change":{"revision":[1,2],"state":["planned","approved"],"version":[null,"1"]},"command":"approve version","key":["B"],"role":"admin","table":"site","v":1}','52d99986c5339d24b5de715615c7282f44318ab15ddc144d41fa720395c98808');
INSERT INTO "audit" VALUES('trial',12,'52d99986c5339d24b5de715615c7282f44318ab15ddc144d41fa720395c98808','{"at":"2026-01-05T09:00:00.014000Z","by":"adam","change":{"revision":[2,3],"state":["approved","active"]},"command":"set site","key":["B"],"role":"admin","table":"site","v":1}','67b4520884b2a2f9726783f4539bfd9fc106f094a2a6c9bd74503ec1ab7e99e2');
INSERT INTO "audit" VALUES('trial',13,'67b4520884b2a2f9726783f4539bfd9fc106f094a2a6c9bd74503ec1ab7e99e2','{"at":"2026-01-05T09:00:00.016000Z","by":"adam","change":{"email":[null,""],"id":[null,"carl"],"name":[null,"Carl"],"revision":[null,1],"state":[null,"active"]},"command":"open account","key":["carl"],"role":"admin","table":"account","v":1}','84dc0783d53421084b9eebbc2b68a4c29656f6d67f4282690222ea376d4e5819');
INSERT INTO "audit" VALUES('trial',14,'84dc0783d53421084b9eebbc2b68a4c29656f6d67f4282690222ea376d4e5819','{"at":"2026-01-05T09:00:00.018000Z","by":"adam","change":{"account":[null,"carl"],"by":[null,"adam"],"from_at":[null,"2026-01-05T09:00:00.018000Z"],"id":[null,"G00002"],"revision":[null,1],"role":[null,"coordinator"],"site":[null,"A"]},"command":"grant","key":["G00002"],"role":"admin","table":"grant","v":1}','8f75026e7ada54c6737633b6e83b7b9083e067b56871a61bf066c6e6e62977d9');
INSERT INTO "audit" VALUES('trial',15,'8f75026e7ada54c6737633b6e83b7b9083e067b56871a61bf066c6e6e62977d9','{"at":"2026-01-05T09:00:00.020000Z","by":"adam","change":{"account":[null,"carl"],"by":[null,"adam"],"from_at":[null,"2026-01-05T09:00:00.020000Z"],"id":[null,"G00003"],"revision":[null,1],"role":[null,"coordinator"],"site":[null,"B"]},"command":"grant","key":["G00003"],"role":"admin","table":"grant","v":1}','db538c45a66bac1769b0e9f06caa3d5a48ad0929fc092fcbcdaf2f99e7ed30d8');
INSERT INTO "audit" VALUES('trial',16,'db538c45a66bac1769b0e9f06caa3d5a48ad0929fc092fcbcdaf2f99e7ed30d8','{"at":"2026-01-05T09:00:00.022000Z","by":"adam","change":{"email":[null,""],"id":[null,"iris"],"name":[null,"Iris"],"revision":[null,1],"state":[null,"active"]},"command":"open account","key":["iris"],"role":"admin","table":"account","v":1}','bc280413356bbe9365a796cf13bf470733ac020ca8b530fb9e46c9c86972a627');
INSERT INTO "audit" VALUES('trial',17,'bc280413356bbe9365a796cf13bf470733ac020ca8b530fb9e46c9c86972a627','{"at":"2026-01-05T09:00:00.024000Z","by":"adam","change":{"account":[null,"iris"],"by":[null,"adam"],"from_at":[null,"2026-01-05T09:00:00.024000Z"],"id":[null,"G00004"],"revision":[null,1],"role":[null,"investigator"],"site":[null,"A"]},"command":"grant","key":["G00004"],"role":"admin","table":"grant","v":1}','6ba0f5f287ecfa815a7f4a760b13906d057ba06456dc5e98af9b4d53a5b5acfc');
INSERT INTO "audit" VALUES('trial',18,'6ba0f5f287ecfa815a7f4a760b13906d057ba06456dc5e98af9b4d53a5b5acfc','{"at":"2026-01-05T09:00:00.026000Z","by":"adam","change":{"account":[null,"iris"],"by":[null,"adam"],"from_at":[null,"2026-01-05T09:00:00.026000Z"],"id":[null,"G00005"],"revision":[null,1],"role":[null,"investigator"],"site":[null,"B"]},"command":"grant","key":["G00005"],"role":"admin","table":"grant","v":1}','b5542a31c7bc7d485f11d138d171e9059051778e8ad0b474d4231eaa908fb8a1');
INSERT INTO "audit" VALUES('trial',19,'b5542a31c7bc7d485f11d138d171e9059051778e8ad0b474d4231eaa908fb8a1','{"at":"2026-01-05T09:00:00.028000Z","by":"adam","change":{"email":[null,""],"id":[null,"phil"],"name":[null,"Phil"],"revision":[null,1],"state":[null,"active"]},"command":"open account","key":["phil"],"role":"admin","table":"account","v":1}','130312c5c093d9ff179ae605fc050f5985134b758a76020815ba6d347da71aa1');
INSERT INTO "audit" VALUES('trial',20,'130312c5c093d9ff179ae605fc050f5985134b758a76020815ba6d347da71aa1','{"at":"2026-01-05T09:00:00.030000Z","by":"adam","change":{"account":[null,"phil"],"by":[null,"adam"],"from_at":[null,"2026-01-05T09:00:00.030000Z"],"id":[null,"G00006"],"revision":[null,1],"role":[null,"pharmacist"],"site":[null,"A"]},"command":"grant","key":["G00006"],"role":"admin","table":"grant","v":1}','e04d00172bd4fd6116b0bdf06cd1e0701c0580df3cd47e1ef1cc86f62f4d536f');
INSERT INTO "audit" VALUES('trial',21,'e04d00172bd4fd6116b0bdf06cd1e0701c0580df3cd47e1ef1cc86f62f4d536f','{"at":"2026-01-05T09:00:00.032000Z","by":"adam","change":{"account":[null,"phil"],"by":[null,"adam"],"from_at":[null,"2026-01-05T09:00:00.032000Z"],"id":[null,"G00007"],"revision":[null,1],"role":[null,"pharmacist"],"site":[null,"B"]},"command":"grant","key":["G00007"],"role":"admin","table":"grant","v":1}','06e08f5ea2f19ab51068195ec9effa1b5b916ecf10cfdf77d06dc722d0ef995d');
INSERT INTO "audit" VALUES('trial',22,'06e08f5ea2f19ab51068195ec9effa1b5b916ecf10cfdf77d06dc722d0ef995d','{"at":"2026-01-05T09:00:00.034000Z","by":"adam","change":{"email":[null,""],"id":[null,"mona"],"name":[null,"Mona"],"revision":[null,1],"state":[null,"active"]},"command":"open account","key":["mona"],"role":"admin","table":"account","v":1}','b16942f6824a878b97fc83a9a02bc13f97b560ac7934f7e4f9839bf071e29823');
INSERT INTO "audit" VALUES('trial',23,'b16942f6824a878b97fc83a9a02bc13f97b560ac7934f7e4f9839bf071e29823','{"at":"2026-01-05T09:00:00.036000Z","by":"adam","change":{"account":[null,"mona"],"by":[null,"adam"],"from_at":[null,"2026-01-05T09:00:00.036000Z"],"id":[null,"G00008"],"revision":[null,1],"role":[null,"monitor"],"site":[null,"A"]},"command":"grant","key":["G00008"],"role":"admin","table":"grant","v":1}','ddf54d56cbafaa0cbd5f815ca8b548542232fed3ff6afa28fc5e54bd9836c045');
INSERT INTO "audit" VALUES('trial',24,'ddf54d56cbafaa0cbd5f815ca8b548542232fed3ff6afa28fc5e54bd9836c045','{"at":"2026-01-05T09:00:00.038000Z","by":"adam","change":{"account":[null,"mona"],"by":[null,"adam"],"from_at":[null,"2026-01-05T09:00:00.038000Z"],"id":[null,"G00009"],"revision":[null,1],"role":[null,"monitor"],"site":[null,"B"]},"command":"grant","key":["G00009"],"role":"admin","table":"grant","v":1}','afade82327813acb58217309d118b4f3afa861ac3939d5fd99f31682e21c1098');
INSERT INTO "audit" VALUES('trial',25,'afade82327813acb58217309d118b4f3afa861ac3939d5fd99f31682e21c1098','{"at":"2026-01-05T09:00:00.040000Z","by":"adam","change":{"email":[null,""],"id":[null,"dana"],"name":[null,"Dana"],"revision":[null,1],"state":[null,"active"]},"command":"open account","key":["dana"],"role":"admin","table":"account","v":1}','0ada1c8f569cbbcad6ef810b5ae58bc529edf3372eebe9fe76487053f721f8ba');
INSERT INTO "audit" VALUES('trial',26,'0ada1c8f569cbbcad6ef810b5ae58bc529edf3372eebe9fe76487053f721f8ba','{"at":"2026-01-05T09:00:00.042000Z","by":"adam","change":{"account":[null,"dana"],"by":[null,"adam"],"from_at":[null,"2026-01-05T09:00:00.042000Z"],"id":[null,"G00010"],"revision":[null,1],"role":[null,"data manager"],"site":[null,null]},"command":"grant","key":["G00010"],"role":"admin","table":"grant","v":1}','6e6b1806c07faa34c7a59ba31f643999e4e9c7503c8529a848ad1d264c8a9fd0');
INSERT INTO "audit" VALUES('trial',27,'6e6b1806c07faa34c7a59ba31f643999e4e9c7503c8529a848ad1d264c8a9fd0','{"at":"2026-01-05T09:00:00.044000Z","by":"adam","change":{"email":[null,""],"id":[null,"uma"],"name":[null,"Uma"],"revision":[null,1],"state":[null,"active"]},"command":"open account","key":["uma"],"role":"admin","table":"account","v":1}','0fed2d63284ea2a409ccec2dfb1544508c1d88b6c879e05a0044b6d739c80091');
INSERT INTO "audit" VALUES('trial',28,'0fed2d63284ea2a409ccec2dfb1544508c1d88b6c879e05a0044b6d739c80091','{"at":"2026-01-05T09:00:00.046000Z","by":"adam","change":{"account":[null,"uma"],"by":[null,"adam"],"from_at":[null,"2026-01-05T09:00:00.046000Z"],"id":[null,"G00011"],"revision":[null,1],"role":[null,"unblinded statistician"],"site":[null,null]},"command":"grant","key":["G00011"],"role":"admin","table":"grant","v":1}','9342885b73cf383222e9049be10cc2eaf9d4893c910612b91e216d48d26560b2');
INSERT INTO "audit" VALUES('trial',29,'9342885b73cf383222e9049be10cc2eaf9d4893c910612b91e216d48d26560b2','{"at":"2026-01-05T09:00:00.048000Z","by":"adam","change":{"email":[null,""],"id":[null,"ulf"],"name":[null,"Ulf"],"revision":[null,1],"state":[null,"active"]},"command":"open account","key":["ulf"],"role":"admin","table":"account","v":1}','47572ed7eb95d38c6da40c77dbca3ca01293fbb7dba1be69a4ff9902e6b212c7');
INSERT INTO "audit" VALUES('trial',30,'47572ed7eb95d38c6da40c77dbca3ca01293fbb7dba1be69a4ff9902e6b212c7','{"at":"2026-01-05T09:00:00.050000Z","by":"adam","change":{"account":[null,"ulf"],"by":[null,"adam"],"from_at":[null,"2026-01-05T09:00:00.050000Z"],"id":[null,"G00012"],"revision":[null,1],"role":[null,"unblinded statistician"],"site":[null,null]},"command":"grant","key":["G00012"],"role":"admin","table":"grant","v":1}','3c43bc51d0bdaf2d066c4aa2170116b93eff34b6d41340839bbc8f814b52f425');
INSERT INTO "audit" VALUES('trial',31,'3c43bc51d0bdaf2d066c4aa2170116b93eff34b6d41340839bbc8f814b52f425','{"at":"2026-01-05T09:00:00.052000Z","by":"adam","change":{"email":[null,""],"id":[null,"bert"],"name":[null,"Bert"],"revision":[null,1],"state":[null,"active"]},"command":"open account","key":["bert"],"role":"admin","table":"account","v":1}','57fc9e04f8b363fc041ad8c781063ce65b41605c747aaf9214b9d01b88e82ed8');
INSERT INTO "audit" VALUES('trial',32,'57fc9e04f8b363fc041ad8c781063ce65b41605c747aaf9214b9d01b88e82ed8','{"at":"2026-01-05T09:00:00.054000Z","by":"adam","change":{"account":[null,"bert"],"by":[null,"adam"],"from_at":[null,"2026-01-05T09:00:00.054000Z"],"id":[null,"G00013"],"revision":[null,1],"role":[null,"blinded statistician"],"site":[null,null]},"command":"grant","key":["G00013"],"role":"admin","table":"grant","v":1}','a130a9271f0bcef9f37e54a3f4ab2cd2ea92ad6aabe1a1a5c9de7cedf2cf2c4a');
INSERT INTO "audit" VALUES('trial',33,'a130a9271f0bcef9f37e54a3f4ab2cd2ea92ad6aabe1a1a5c9de7cedf2cf2c4a','{"at":"2026-01-05T09:00:00.056000Z","by":"adam","change":{"email":[null,""],"id":[null,"spike"],"name":[null,"Spike"],"revision":[null,1],"state":[null,"active"]},"command":"open account","key":["spike"],"role":"admin","table":"account","v":1}','a43812e8f54d9e59e17091279306bf7f6552dc2b44f7ed5a58eb9534c4905ae4');
INSERT INTO "audit" VALUES('trial',34,'a43812e8f54d9e59e17091279306bf7f6552dc2b44f7ed5a58eb9534c4905ae4','{"at":"2026-01-05T09:00:00.058000Z","by":"adam","change":{"account":[null,"spike"],"by":[null,"adam"],"from_at":[null,"2026-01-05T09:00:00.058000Z"],"id":[null,"G00014"],"revision":[null,1],"role":[null,"sponsor"],"site":[null,null]},"command":"grant","key":["G00014"],"role":"admin","table":"grant","v":1}','228a040b16323ddd41cc0b53136174097e7cb7b940f2e86f84fbd9443edc5965');
INSERT INTO "audit" VALUES('trial',35,'228a040b16323ddd41cc0b53136174097e7cb7b940f2e86f84fbd9443edc5965','{"at":"2026-01-05T09:00:00.060000Z","by":"adam","change":{"email":[null,""],"id":[null,"dsmb"],"name":[null,"Dsmb"],"revision":[null,1],"state":[null,"active"]},"command":"open account","key":["dsmb"],"role":"admin","table":"account","v":1}','f310e6fa951ee8190579bd25723f2754e443079c4f6e7e7caf785a09ef116a32');
INSERT INTO "audit" VALUES('trial',36,'f310e6fa951ee8190579bd25723f2754e443079c4f6e7e7caf785a09ef116a32','{"at":"2026-01-05T09:00:00.062000Z","by":"adam","change":{"account":[null,"dsmb"],"by":[null,"adam"],"from_at":[null,"2026-01-05T09:00:00.062000Z"],"id":[null,"G00015"],"revision":[null,1],"role":[null,"DSMB"],"site":[null,null]},"command":"grant","key":["G00015"],"role":"admin","table":"grant","v":1}','5ac4efe457be01f46b7c17ad0dc39f564f55a00757ffad196800d88efc9a3df4');
INSERT INTO "audit" VALUES('trial',37,'5ac4efe457be01f46b7c17ad0dc39f564f55a00757ffad196800d88efc9a3df4','{"at":"2026-01-05T09:00:00.064000Z","by":"uma","change":{"allocation_digest":[null,"71a3207c4fa20a76eadfd09b37c28ecf952851905d4d80265cc236272bc1140b"],"at":[null,"2026-01-05T09:00:00.064000Z"],"by":[null,"uma"],"commitment":[null,"50c94e6a26734bf3521ebdd6fd76399531eadde45fb55afbb3e6c86a7df39714"],"entries":[null,300],"id":[null,"test"],"key_id":[null,"0dd49c06ff09b5a53e00641100b71f1cc847b03a040f23e20480a974489712ee"],"kind":[null,"test"],"method":[null,"permuted blocks"],"reviewed_by":[null,"ulf"],"salt_hash":[null,"6329259952da79eec816088b45f98ddc36981c1b610a3c5115dd29a82f2a7f71"]},"command":"activate list","key":["test"],"role":"unblinded statistician","table":"list","v":1}','35b16ae1e55bf9f9699197921fb7281d76bd6bbbf9ca61d1260d42cc178e2810');
INSERT INTO "audit" VALUES('trial',38,'35b16ae1e55bf9f9699197921fb7281d76bd6bbbf9ca61d1260d42cc178e2810','{"at":"2026-01-05T09:00:00.064000Z","by":"uma","change":{"at":[null,"2026-01-05T09:00:00.064000Z"],"by":[null,"uma"],"id":[null,"test activated"],"kind":[null,"activated"],"list":[null,"test"]},"command":"activate list","key":["test activated"],"role":"unblinded statistician","table":"list_event","v":1}','00df321fb455f7b341cd67933c3ce3616694d2b1d1776f823e2710e68a4b19ab');
INSERT INTO "audit" VALUES('trial',39,'00df321fb455f7b341cd67933c3ce3616694d2b1d1776f823e2710e68a4b19ab','{"at":"2026-01-05T09:00:00.064000Z","by":"uma","change":{"id":[null,"[\"F\",\"north\"]"],"list":[null,"test"],"next":[null,1],"revision":[null,1]},"command":"activate list","key":["test","[\"F\",\"north\"]"],"role":"unblinded statistician","table":"stratum","v":1}','9ab92eb504fe2548fa95e4acaa749cc460b3110b634035ae328a6b64d1866c9a');
INSERT INTO "audit" VALUES('trial',40,'9ab92eb504fe2548fa95e4acaa749cc460b3110b634035ae328a6b64d1866c9a','{"at":"2026-01-05T09:00:00.064000Z","by":"uma","change":{"id":[null,"[\"F\",\"south\"]"],"list":[null,"test"],"next":[null,1],"revision":[null,1]},"command":"activate list","key":["test","[\"F\",\"south\"]"],"role":"unblinded statistician","table":"stratum","v":1}','4b6457baab7d5fb751355ee6d692c03d40eb62d6a1ca3efc0076e5c8b24ea1b1');
INSERT INTO "audit" VALUES('trial',41,'4b6457baab7d5fb751355ee6d692c03d40eb62d6a1ca3efc0076e5c8b24ea1b1','{"at":"2026-01-05T09:00:00.064000Z","by":"uma","change":{"id":[null,"[\"M\",\"north\"]"],"list":[null,"test"],"next":[null,1],"revision":[null,1]},"command":"activate list","key":["test","[\"M\",\"north\"]"],"role":"unblinded statistician","table":"stratum","v":1}','fe34df1aede61d13bcf57be58d2b73edb6432bb481301e9f96599d2e3b7fedac');
INSERT INTO "audit" VALUES('trial',42,'fe34df1aede61d13bcf57be58d2b73edb6432bb481301e9f96599d2e3b7fedac','{"at":"2026-01-05T09:00:00.064000Z","by":"uma","change":{"id":[null,"[\"M\",\"south\"]"],"list":[null,"test"],"next":[null,1],"revision":[null,1]},"command":"activate list","key":["test","[\"M\",\"south\"]"],"role":"unblinded statistician","table":"stratum","v":1}','0724dd86c6e9df58ca800223d60eab8ccb85b2ea2c8bb34b66a07a2cffed2109');
INSERT INTO "audit" VALUES('trial',43,'0724dd86c6e9df58ca800223d60eab8ccb85b2ea2c8bb34b66a07a2cffed2109','{"at":"2026-01-05T09:00:00.066000Z","by":"spike","change":{"revision":[1,2],"state":["built","live"]},"command":"set trial","key":["trial"],"role":"sponsor","table":"trial","v":1}','c6ac4ac70da636ae0560ecdc11ba8ed903db1a9968f2ad414afdfd737e4de743');
INSERT INTO "audit" VALUES('site:A',1,'0000000000000000000000000000000000000000000000000000000000000000','{"at":"2026-01-05T09:00:00.068000Z","by":"carl","change":{"id":[null,"A-001"],"number":[null,"001"],"revision":[null,1],"site":[null,"A"],"state":[null,"screened"],"version":[null,"1"],"year_of_birth":[null,null]},"command":"screen","key":["A-001"],"role":"coordinator","subject":"A-001","table":"subject","v":1}','8267114b5d6e027d0e20b75aa6cc93f8b0130ea3c5908d3542de0c7ae713d922');
INSERT INTO "audit" VALUES('site:A',2,'8267114b5d6e027d0e20b75aa6cc93f8b0130ea3c5908d3542de0c7ae713d922','{"at":"2026-01-05T09:00:00.070000Z","by":"carl","change":{"consented":[null,"2026-01-05"],"revision":[1,2]},"command":"consent","key":["A-001"],"role":"coordinator","subject":"A-001","table":"subject","v":1}','ce822b54968a2775a3a85536e31389ef9707d5ceaf9d17389e4ed7abf10e0cd6');
INSERT INTO "audit" VALUES('site:A',3,'ce822b54968a2775a3a85536e31389ef9707d5ceaf9d17389e4ed7abf10e0cd6','{"at":"2026-01-05T09:00:00.072000Z","by":"carl","change":{"id":[null,"A-001/F00001"],"key":[null,"baseline"],"revision":[null,1],"row":[null,1],"seq":[null,1],"state":[null,"entered"],"subject":[null,"A-001"],"version":[null,"1"],"visit":[null,null]},"command":"submit form","key":["A-001/F00001"],"role":"coordinator","subject":"A-001","table":"form","v":1,"values":[["AGE",null,["number","60",null,null]],["SEX",null,["text","F",null,null]],["KPS",null,["number","90",null,null]],["KI67",null,["number","3",null,null]],["UPTAKE",null,["text","grade 3",null,null]],["SSADUR",null,["text","more than 6 months",null,null]],["REGION",null,["text","north",null,null]]]}','97c249deaad1e97d3aa4caebf7ac8fe87a9e03fdde6d6024ef5b8a3c88acf856');
INSERT INTO "audit" VALUES('site:A',4,'97c249deaad1e97d3aa4caebf7ac8fe87a9e03fdde6d6024ef5b8a3c88acf856','{"at":"2026-01-05T09:00:00.074000Z","by":"iris","change":{"at":[null,"2026-01-05T09:00:00.074000Z"],"by":[null,"iris"],"digest":[null,"b6bdeaae36e300d0ad83f1420e4edff3e70005d6ff4b3f818484a6fcd7f6e7b6"],"id":[null,"A-001/F00001/S1"],"meaning":[null,"I have reviewed this and it is correct"],"name":[null,"Iris"],"object":[null,"A-001/F00001"],"revision":[null,1],"subject":[null,"A-001"]},"command":"sign","key":["A-001/F00001/S1"],"role":"investigator","subject":"A-001","table":"signature","v":1}','b2273e2b2fb4e239dba20bdff4ee5896c16f20f3f322c1f58b5a2f4d82d1ed0c');
INSERT INTO "audit" VALUES('site:A',5,'b2273e2b2fb4e239dba20bdff4ee5896c16f20f3f322c1f58b5a2f4d82d1ed0c','{"at":"2026-01-05T09:00:00.074000Z","by":"iris","change":{"revision":[1,2],"state":["entered","signed"]},"command":"sign","key":["A-001/F00001"],"role":"investigator","subject":"A-001","table":"form","v":1}','c12b56ba5f06609ac00399c00cffce997b66188ade1d3c34160129f6fed7e391');
INSERT INTO "audit" VALUES('site:A',6,'c12b56ba5f06609ac00399c00cffce997b66188ade1d3c34160129f6fed7e391','{"at":"2026-01-05T09:00:00.076000Z","by":"iris","change":{"id":[null,"A-001/F00002"],"key":[null,"eligibility"],"revision":[null,1],"row":[null,1],"seq":[null,2],"state":[null,"entered"],"subject":[null,"A-001"],"version":[null,"1"]},"command":"judge eligibility","key":["A-001/F00002"],"role":"investigator","subject":"A-001","table":"form","v":1,"values":[["date",null,["date","2026-01-05",null,null]],["I1",null,["truth","true",null,null]]]}','e6c60b6821fdbedca91f7a452ce3c65860453f74c7b63edc96f87e1f2cb8e383');
INSERT INTO "audit" VALUES('site:A',7,'e6c60b6821fdbedca91f7a452ce3c65860453f74c7b63edc96f87e1f2cb8e383','{"at":"2026-01-05T09:00:00.076000Z","by":"iris","change":{"revision":[2,3],"state":["screened","eligible"]},"command":"judge eligibility","key":["A-001"],"role":"investigator","subject":"A-001","table":"subject","v":1}','8c226ba74ec093a5a6e2de62106fdbe57242b66f0cd05049b7c63d915b874eb1');
INSERT INTO "audit" VALUES('site:A',8,'8c226ba74ec093a5a6e2de62106fdbe57242b66f0cd05049b7c63d915b874eb1','{"at":"2026-01-05T09:00:00.078000Z","by":"carl","change":{"arm":[null,{"sealed":"48d433e83dda76d1edaf45271e806c803a05e4d4b46149663150aa47f6989918"}],"at":[null,"2026-01-05T09:00:00.078000Z"],"by":[null,"carl"],"list":[null,"test"],"site":[null,"A"],"subject":[null,"A-001"]},"command":"randomize","key":["test","A-001"],"role":"coordinator","subject":"A-001","table":"allocation","v":1}','42825f27ab732090a5db26d23184560e74aa49e77268d94be9f89224f8438739');
INSERT INTO "audit" VALUES('trial',44,'c6ac4ac70da636ae0560ecdc11ba8ed903db1a9968f2ad414afdfd737e4de743','{"at":"2026-01-05T09:00:00.078000Z","by":"carl","change":{"drawn":[null,null],"slot":[null,1],"state_digest":[null,"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"],"stratum":[null,"[\"F\",\"north\"]"],"weights":[null,null]},"command":"randomize","key":["test","A-001"],"role":"coordinator","subject":"A-001","table":"allocation","v":1}','dcf48bd3fbd04f9d4c5f82fc185543f00e838a8a9d2514c1dcf8086656d12674');
INSERT INTO "audit" VALUES('trial',45,'dcf48bd3fbd04f9d4c5f82fc185543f00e838a8a9d2514c1dcf8086656d12674','{"at":"2026-01-05T09:00:00.078000Z","by":"carl","change":{"next":[1,2],"revision":[1,2]},"command":"randomize","key":["test","[\"F\",\"north\"]"],"role":"coordinator","subject":"A-001","table":"stratum","v":1}','6266614ea7dfe9628f82d83a265f207153bbf786c7ac1034dd338ee6def8ec07');
INSERT INTO "audit" VALUES('site:A',9,'42825f27ab732090a5db26d23184560e74aa49e77268d94be9f89224f8438739','{"at":"2026-01-05T09:00:00.078000Z","by":"carl","change":{"randomized":[null,"2026-01-05T09:00:00.078000Z"],"revision":[3,4],"state":["eligible","randomized"]},"command":"randomize","key":["A-001"],"role":"coordinator","subject":"A-001","table":"subject","v":1}','6c7f3895f933ffe5c5fd73b27d5689047ef1cd4661c2eaffbde6963003e9b4c1');
INSERT INTO "audit" VALUES('site:B',1,'0000000000000000000000000000000000000000000000000000000000000000','{"at":"2026-01-05T09:00:00.080000Z","by":"carl","change":{"id":[null,"B-001"],"number":[null,"001"],"revision":[null,1],"site":[null,"B"],"state":[null,"screened"],"version":[null,"1"],"year_of_birth":[null,null]},"command":"screen","key":["B-001"],"role":"coordinator","subject":"B-001","table":"subject","v":1}','2045b4a9992ab0b3bebe0340aff05122bd76714739d86ac52c423b132f5b8285');
INSERT INTO "audit" VALUES('site:B',2,'2045b4a9992ab0b3bebe0340aff05122bd76714739d86ac52c423b132f5b8285','{"at":"2026-01-05T09:00:00.082000Z","by":"carl","change":{"consented":[null,"2026-01-05"],"revision":[1,2]},"command":"consent","key":["B-001"],"role":"coordinator","subject":"B-001","table":"subject","v":1}','8ed0f0d5a8fdfa13490c65e1b2cb877513b6859d08f962875b7dd09774e8afcc');
INSERT INTO "audit" VALUES('site:B',3,'8ed0f0d5a8fdfa13490c65e1b2cb877513b6859d08f962875b7dd09774e8afcc','{"at":"2026-01-05T09:00:00.084000Z","by":"carl","change":{"id":[null,"B-001/F00001"],"key":[null,"baseline"],"revision":[null,1],"row":[null,1],"seq":[null,1],"state":[null,"entered"],"subject":[null,"B-001"],"version":[null,"1"],"visit":[null,null]},"command":"submit form","key":["B-001/F00001"],"role":"coordinator","subject":"B-001","table":"form","v":1,"values":[["AGE",null,["number","60",null,null]],["SEX",null,["text","M",null,null]],["KPS",null,["number","90",null,null]],["KI67",null,["number","3",null,null]],["UPTAKE",null,["text","grade 3",null,null]],["SSADUR",null,["text","more than 6 months",null,null]],["REGION",null,["text","north",null,null]]]}','f2aaa1482124ebbf42fd66a6dae69bdb629a3409c28307d5c4029f34fb9b7ef5');
INSERT INTO "audit" VALUES('site:B',4,'f2aaa1482124ebbf42fd66a6dae69bdb629a3409c28307d5c4029f34fb9b7ef5','{"at":"2026-01-05T09:00:00.086000Z","by":"iris","change":{"at":[null,"2026-01-05T09:00:00.086000Z"],"by":[null,"iris"],"digest":[null,"47ef83b09f9347d4653e693689724b6cf3b75ead644e6caf4274d91809c6343a"],"id":[null,"B-001/F00001/S1"],"meaning":[null,"I have reviewed this and it is correct"],"name":[null,"Iris"],"object":[null,"B-001/F00001"],"revision":[null,1],"subject":[null,"B-001"]},"command":"sign","key":["B-001/F00001/S1"],"role":"investigator","subject":"B-001","table":"signature","v":1}','6b30112fdfe60173b056da97c2e294144e63132d0877d091ff262baee03d77e0');
INSERT INTO "audit" VALUES('site:B',5,'6b30112fdfe60173b056da97c2e294144e63132d0877d091ff262baee03d77e0','{"at":"2026-01-05T09:00:00.086000Z","by":"iris","change":{"revision":[1,2],"state":["entered","signed"]},"command":"sign","key":["B-001/F00001"],"role":"investigator","subject":"B-001","table":"form","v":1}','16b3047254627d3791f6945c673a64ce84b2e149e21d3ed8667fc84c12982d9e');
INSERT INTO "audit" VALUES('site:B',6,'16b3047254627d3791f6945c673a64ce84b2e149e21d3ed8667fc84c12982d9e','{"at":"2026-01-05T09:00:00.088000Z","by":"iris","change":{"id":[null,"B-001/F00002"],"key":[null,"eligibility"],"revision":[null,1],"row":[null,1],"seq":[null,2],"state":[null,"entered"],"subject":[null,"B-001"],"version":[null,"1"]},"command":"judge eligibility","key":["B-001/F00002"],"role":"investigator","subject":"B-001","table":"form","v":1,"values":[["date",null,["date","2026-01-05",null,null]],["I1",null,["truth","true",null,null]]]}','be8da0cfc28c2b1af81e9684bd3901f43777b0a68903a785d58d50bcd7d13102');
INSERT INTO "audit" VALUES('site:B',7,'be8da0cfc28c2b1af81e9684bd3901f43777b0a68903a785d58d50bcd7d13102','{"at":"2026-01-05T09:00:00.088000Z","by":"iris","change":{"revision":[2,3],"state":["screened","eligible"]},"command":"judge eligibility","key":["B-001"],"role":"investigator","subject":"B-001","table":"subject","v":1}','a502113b128d3b15d80413e102490b8a537a182a1ab6a730077057a2799fb4f5');
INSERT INTO "audit" VALUES('site:B',8,'a502113b128d3b15d80413e102490b8a537a182a1ab6a730077057a2799fb4f5','{"at":"2026-01-05T09:00:00.090000Z","by":"carl","change":{"arm":[null,{"sealed":"c0aa4bd0b7ba7bb9d708042017a0c7a87f73b3ad2a9468205933af4fabb12741"}],"at":[null,"2026-01-05T09:00:00.090000Z"],"by":[null,"carl"],"list":[null,"test"],"site":[null,"B"],"subject":[null,"B-001"]},"command":"randomize","key":["test","B-001"],"role":"coordinator","subject":"B-001","table":"allocation","v":1}','721b05cff1d5bdf97c85ef3818d44e1910f9f44f890f885cda0d7b68a772021a');
INSERT INTO "audit" VALUES('trial',46,'6266614ea7dfe9628f82d83a265f207153bbf786c7ac1034dd338ee6def8ec07','{"at":"2026-01-05T09:00:00.090000Z","by":"carl","change":{"drawn":[null,null],"slot":[null,1],"state_digest":[null,"5075a05c61c45449e7af9084a208a319665bdea0a92be2670d5f63277600298e"],"stratum":[null,"[\"M\",\"north\"]"],"weights":[null,null]},"command":"randomize","key":["test","B-001"],"role":"coordinator","subject":"B-001","table":"allocation","v":1}','b7721e76e45f1b5731734a9f6b3922e41d8ced4b428629f5ab7524ad8c597030');
INSERT INTO "audit" VALUES('trial',47,'b7721e76e45f1b5731734a9f6b3922e41d8ced4b428629f5ab7524ad8c597030','{"at":"2026-01-05T09:00:00.090000Z","by":"carl","change":{"next":[1,2],"revision":[1,2]},"command":"randomize","key":["test","[\"M\",\"north\"]"],"role":"coordinator","subject":"B-001","table":"stratum","v":1}','d66deae7dbabccbe6b089aaa65dee004ec550566d2d5c1a34b2b44d907e1d7f0');
INSERT INTO "audit" VALUES('site:B',9,'721b05cff1d5bdf97c85ef3818d44e1910f9f44f890f885cda0d7b68a772021a','{"at":"2026-01-05T09:00:00.090000Z","by":"carl","change":{"randomized":[null,"2026-01-05T09:00:00.090000Z"],"revision":[3,4],"state":["eligible","randomized"]},"command":"randomize","key":["B-001"],"role":"coordinator","subject":"B-001","table":"subject","v":1}','d7b47d92f42e60d51a2a0198d8faccf6c9993bb4cbe8cef183a3fe4e44dd24ef');
INSERT INTO "audit" VALUES('site:A',10,'6c7f3895f933ffe5c5fd73b27d5689047ef1cd4661c2eaffbde6963003e9b4c1','{"at":"2026-01-05T09:00:00.092000Z","by":"carl","change":{"id":[null,"A-002"],"number":[null,"002"],"revision":[null,1],"site":[null,"A"],"state":[null,"screened"],"version":[null,"1"],"year_of_birth":[null,null]},"command":"screen","key":["A-002"],"role":"coordinator","subject":"A-002","table":"subject","v":1}','4767d8cb5d41a82a1ef1e60f28f746414a8edfba6a34247d0a2bc075ac233ad7');
INSERT INTO "audit" VALUES('site:A',11,'4767d8cb5d41a82a1ef1e60f28f746414a8edfba6a34247d0a2bc075ac233ad7','{"at":"2026-01-05T09:00:00.094000Z","by":"carl","change":{"consented":[null,"2026-01-05"],"revision":[1,2]},"command":"consent","key":["A-002"],"role":"coordinator","subject":"A-002","table":"subject","v":1}','f05e89185698d71f93b88aea3f011b525a08f9635bbe00d336bc8d3d53fa7d45');
INSERT INTO "audit" VALUES('site:A',12,'f05e89185698d71f93b88aea3f011b525a08f9635bbe00d336bc8d3d53fa7d45','{"at":"2026-01-05T09:00:00.096000Z","by":"carl","change":{"id":[null,"A-002/F00001"],"key":[null,"baseline"],"revision":[null,1],"row":[null,1],"seq":[null,1],"state":[null,"entered"],"subject":[null,"A-002"],"version":[null,"1"],"visit":[null,null]},"command":"submit form","key":["A-002/F00001"],"role":"coordinator","subject":"A-002","table":"form","v":1,"values":[["AGE",null,["number","60",null,null]],["SEX",null,["text","F",null,null]],["KPS",null,["number","90",null,null]],["KI67",null,["number","3",null,null]],["UPTAKE",null,["text","grade 3",null,null]],["SSADUR",null,["text","more than 6 months",null,null]],["REGION",null,["text","north",null,null]]]}','4bd44e5448709a26bd04b7cf4fec64042cea218e169d5758ade286d6652ff7db');
INSERT INTO "audit" VALUES('site:A',13,'4bd44e5448709a26bd04b7cf4fec64042cea218e169d5758ade286d6652ff7db','{"at":"2026-01-05T09:00:00.098000Z","by":"iris","change":{"at":[null,"2026-01-05T09:00:00.098000Z"],"by":[null,"iris"],"digest":[null,"b6bdeaae36e300d0ad83f1420e4edff3e70005d6ff4b3f818484a6fcd7f6e7b6"],"id":[null,"A-002/F00001/S1"],"meaning":[null,"I have reviewed this and it is correct"],"name":[null,"Iris"],"object":[null,"A-002/F00001"],"revision":[null,1],"subject":[null,"A-002"]},"command":"sign","key":["A-002/F00001/S1"],"role":"investigator","subject":"A-002","table":"signature","v":1}','41211fb91eab5c5fc60f2ae7b52ced772760f7fcd43765369d686d3842f45795');
INSERT INTO "audit" VALUES('site:A',14,'41211fb91eab5c5fc60f2ae7b52ced772760f7fcd43765369d686d3842f45795','{"at":"2026-01-05T09:00:00.098000Z","by":"iris","change":{"revision":[1,2],"state":["entered","signed"]},"command":"sign","key":["A-002/F00001"],"role":"investigator","subject":"A-002","table":"form","v":1}','55e5da362c82980ffa02487cfaf1b1daf23c88cd4b7e08f99a3c65fc2b6380fa');
INSERT INTO "audit" VALUES('site:A',15,'55e5da362c82980ffa02487cfaf1b1daf23c88cd4b7e08f99a3c65fc2b6380fa','{"at":"2026-01-05T09:00:00.100000Z","by":"iris","change":{"id":[null,"A-002/F00002"],"key":[null,"eligibility"],"revision":[null,1],"row":[null,1],"seq":[null,2],"state":[null,"entered"],"subject":[null,"A-002"],"version":[null,"1"]},"command":"judge eligibility","key":["A-002/F00002"],"role":"investigator","subject":"A-002","table":"form","v":1,"values":[["date",null,["date","2026-01-05",null,null]],["I1",null,["truth","true",null,null]]]}','e700bbfd2ccf8c27892523ee6e1eb724f8f84b686b9a4ac4583898c0c8be16f4');
INSERT INTO "audit" VALUES('site:A',16,'e700bbfd2ccf8c27892523ee6e1eb724f8f84b686b9a4ac4583898c0c8be16f4','{"at":"2026-01-05T09:00:00.100000Z","by":"iris","change":{"revision":[2,3],"state":["screened","eligible"]},"command":"judge eligibility","key":["A-002"],"role":"investigator","subject":"A-002","table":"subject","v":1}','0a51f02198a7c4cf681efa4fd3322892375d0ea76ee31c696261df0571a2f546');
INSERT INTO "audit" VALUES('site:A',17,'0a51f02198a7c4cf681efa4fd3322892375d0ea76ee31c696261df0571a2f546','{"at":"2026-01-05T09:00:00.102000Z","by":"carl","change":{"arm":[null,{"sealed":"eaf31a94147315b3b6e578415c66ad37fabdd28744f8d4261648dab076827ed7"}],"at":[null,"2026-01-05T09:00:00.102000Z"],"by":[null,"carl"],"list":[null,"test"],"site":[null,"A"],"subject":[null,"A-002"]},"command":"randomize","key":["test","A-002"],"role":"coordinator","subject":"A-002","table":"allocation","v":1}','50e9cddc7aa3037757b13ab541f4163c04ab2021141298ca4a2eaac3922e1f3d');
INSERT INTO "audit" VALUES('trial',48,'d66deae7dbabccbe6b089aaa65dee004ec550566d2d5c1a34b2b44d907e1d7f0','{"at":"2026-01-05T09:00:00.102000Z","by":"carl","change":{"drawn":[null,null],"slot":[null,2],"state_digest":[null,"8c210c32c915b77c0ac815a430c3d01afa410bc7251f6cede6e7ee779edd5d8b"],"stratum":[null,"[\"F\",\"north\"]"],"weights":[null,null]},"command":"randomize","key":["test","A-002"],"role":"coordinator","subject":"A-002","table":"allocation","v":1}','c772192e853efd07b87593464f919ab7a9449caf3b3013490a1018cda1c2d88c');
INSERT INTO "audit" VALUES('trial',49,'c772192e853efd07b87593464f919ab7a9449caf3b3013490a1018cda1c2d88c','{"at":"2026-01-05T09:00:00.102000Z","by":"carl","change":{"next":[2,3],"revision":[2,3]},"command":"randomize","key":["test","[\"F\",\"north\"]"],"role":"coordinator","subject":"A-002","table":"stratum","v":1}','fc8d41d710a5c381d711a9ab82596d8969d12c0a1df8191b489440973e6675a0');
INSERT INTO "audit" VALUES('site:A',18,'50e9cddc7aa3037757b13ab541f4163c04ab2021141298ca4a2eaac3922e1f3d','{"at":"2026-01-05T09:00:00.102000Z","by":"carl","change":{"randomized":[null,"2026-01-05T09:00:00.102000Z"],"revision":[3,4],"state":["eligible","randomized"]},"command":"randomize","key":["A-002"],"role":"coordinator","subject":"A-002","table":"subject","v":1}','a88067190d4c85f9a3cd78621e09edbf1d83992f659208b0af881ba06cc0be87');
INSERT INTO "audit" VALUES('site:B',10,'d7b47d92f42e60d51a2a0198d8faccf6c9993bb4cbe8cef183a3fe4e44dd24ef','{"at":"2026-01-05T09:00:00.104000Z","by":"carl","change":{"id":[null,"B-002"],"number":[null,"002"],"revision":[null,1],"site":[null,"B"],"state":[null,"screened"],"version":[null,"1"],"year_of_birth":[null,null]},"command":"screen","key":["B-002"],"role":"coordinator","subject":"B-002","table":"subject","v":1}','b6a004a543de9f1cfc055aa89531e1ca01027c000b607b74e08917562e9f5fbf');
INSERT INTO "audit" VALUES('site:B',11,'b6a004a543de9f1cfc055aa89531e1ca01027c000b607b74e08917562e9f5fbf','{"at":"2026-01-05T09:00:00.106000Z","by":"carl","change":{"consented":[null,"2026-01-05"],"revision":[1,2]},"command":"consent","key":["B-002"],"role":"coordinator","subject":"B-002","table":"subject","v":1}','7db4893f6346d2a17e85b23f4e636e9f3bedd425485b431635fbef039e78a37a');
INSERT INTO "audit" VALUES('site:B',12,'7db4893f6346d2a17e85b23f4e636e9f3bedd425485b431635fbef039e78a37a','{"at":"2026-01-05T09:00:00.108000Z","by":"carl","change":{"id":[null,"B-002/F00001"],"key":[null,"baseline"],"revision":[null,1],"row":[null,1],"seq":[null,1],"state":[null,"entered"],"subject":[null,"B-002"],"version":[null,"1"],"visit":[null,null]},"command":"submit form","key":["B-002/F00001"],"role":"coordinator","subject":"B-002","table":"form","v":1,"values":[["AGE",null,["number","60",null,null]],["SEX",null,["text","M",null,null]],["KPS",null,["number","90",null,null]],["KI67",null,["number","3",null,null]],["UPTAKE",null,["text","grade 3",null,null]],["SSADUR",null,["text","more than 6 months",null,null]],["REGION",null,["text","north",null,null]]]}','775ec328d47dbafaf34f77f89c267b67ea16d2bd2ab44ac6c0f385f2e4e13aeb');
INSERT INTO "audit" VALUES('site:B',13,'775ec328d47dbafaf34f77f89c267b67ea16d2bd2ab44ac6c0f385f2e4e13aeb','{"at":"2026-01-05T09:00:00.110000Z","by":"iris","change":{"at":[null,"2026-01-05T09:00:00.110000Z"],"by":[null,"iris"],"digest":[null,"47ef83b09f9347d4653e693689724b6cf3b75ead644e6caf4274d91809c6343a"],"id":[null,"B-002/F00001/S1"],"meaning":[null,"I have reviewed this and it is correct"],"name":[null,"Iris"],"object":[null,"B-002/F00001"],"revision":[null,1],"subject":[null,"B-002"]},"command":"sign","key":["B-002/F00001/S1"],"role":"investigator","subject":"B-002","table":"signature","v":1}','fff7cb2e229340deb467da856b9dda5e5540255a9313e1f4f3d9eefef9668af9');
INSERT INTO "audit" VALUES('site:B',14,'fff7cb2e229340deb467da856b9dda5e5540255a9313e1f4f3d9eefef9668af9','{"at":"2026-01-05T09:00:00.110000Z","by":"iris","change":{"revision":[1,2],"state":["entered","signed"]},"command":"sign","key":["B-002/F00001"],"role":"investigator","subject":"B-002","table":"form","v":1}','8c203dff9ecf89af64c748872bec594f7fbf7ea3f7bc365a5465beab0c73b7a4');
INSERT INTO "audit" VALUES('site:B',15,'8c203dff9ecf89af64c748872bec594f7fbf7ea3f7bc365a5465beab0c73b7a4','{"at":"2026-01-05T09:00:00.112000Z","by":"iris","change":{"id":[null,"B-002/F00002"],"key":[null,"eligibility"],"revision":[null,1],"row":[null,1],"seq":[null,2],"state":[null,"entered"],"subject":[null,"B-002"],"version":[null,"1"]},"command":"judge eligibility","key":["B-002/F00002"],"role":"investigator","subject":"B-002","table":"form","v":1,"values":[["date",null,["date","2026-01-05",null,null]],["I1",null,["truth","true",null,null]]]}','ede0ec2c78e642ba6f241595dcee47a77dd14a8ff4ac97e855424fef0540a0ae');
INSERT INTO "audit" VALUES('site:B',16,'ede0ec2c78e642ba6f241595dcee47a77dd14a8ff4ac97e855424fef0540a0ae','{"at":"2026-01-05T09:00:00.112000Z","by":"iris","change":{"revision":[2,3],"state":["screened","eligible"]},"command":"judge eligibility","key":["B-002"],"role":"investigator","subject":"B-002","table":"subject","v":1}','ea06648cfdf4a7a337302147b26e6710b48d611f8c3aa1fc74a591d87441a4f6');
INSERT INTO "audit" VALUES('site:B',17,'ea06648cfdf4a7a337302147b26e6710b48d611f8c3aa1fc74a591d87441a4f6','{"at":"2026-01-05T09:00:00.114000Z","by":"carl","change":{"arm":[null,{"sealed":"f638427db09a5b2bf1ddbe9e47953b150e6196e61a47a52af92457f75cbdf166"}],"at":[null,"2026-01-05T09:00:00.114000Z"],"by":[null,"carl"],"list":[null,"test"],"site":[null,"B"],"subject":[null,"B-002"]},"command":"randomize","key":["test","B-002"],"role":"coordinator","subject":"B-002","table":"allocation","v":1}','aff703edb4fb609ffa5c8e17d9681528ed082200b1ecf765e2703bae33170c37');
INSERT INTO "audit" VALUES('trial',50,'fc8d41d710a5c381d711a9ab82596d8969d12c0a1df8191b489440973e6675a0','{"at":"2026-01-05T09:00:00.114000Z","by":"carl","change":{"drawn":[null,null],"slot":[null,2],"state_digest":[null,"7df1a8a761e19da891b83380a8bd5d7d57afafc19f4761f306178854197cc43f"],"stratum":[null,"[\"M\",\"north\"]"],"weights":[null,null]},"command":"randomize","key":["test","B-002"],"role":"coordinator","subject":"B-002","table":"allocation","v":1}','2c4b0c90ad1d1f80a899144669efddd5d2d58521ef4e0e0873b188d6e75a6d80');
INSERT INTO "audit" VALUES('trial',51,'2c4b0c90ad1d1f80a899144669efddd5d2d58521ef4e0e0873b188d6e75a6d80','{"at":"2026-01-05T09:00:00.114000Z","by":"carl","change":{"next":[2,3],"revision":[2,3]},"command":"randomize","key":["test","[\"M\",\"north\"]"],"role":"coordinator","subject":"B-002","table":"stratum","v":1}','92193050d27bbf239c6f929807d0ffd9415a27c8adbca47e8fa8c3d79cc27447');
INSERT INTO "audit" VALUES('site:B',18,'aff703edb4fb609ffa5c8e17d9681528ed082200b1ecf765e2703bae33170c37','{"at":"2026-01-05T09:00:00.114000Z","by":"carl","change":{"randomized":[null,"2026-01-05T09:00:00.114000Z"],"revision":[3,4],"state":["eligible","randomized"]},"command":"randomize","key":["B-002"],"role":"coordinator","subject":"B-002","table":"subject","v":1}','03b9e2a89bd8270727fa92c62725278946ef99b8d2dc60d34bf08fd1a43b2873');
INSERT INTO "audit" VALUES('site:A',19,'a88067190d4c85f9a3cd78621e09edbf1d83992f659208b0af881ba06cc0be87','{"at":"2026-01-05T09:00:00.116000Z","by":"carl","change":{"id":[null,"A-003"],"number":[null,"003"],"revision":[null,1],"site":[null,"A"],"state":[null,"screened"],"version":[null,"1"],"year_of_birth":[null,null]},"command":"screen","key":["A-003"],"role":"coordinator","subject":"A-003","table":"subject","v":1}','739489011d56e6ea8dd9503c59c3c65bb697dab45409637faf6c0eeb26b84584');
INSERT INTO "audit" VALUES('site:A',20,'739489011d56e6ea8dd9503c59c3c65bb697dab45409637faf6c0eeb26b84584','{"at":"2026-01-05T09:00:00.118000Z","by":"carl","change":{"consented":[null,"2026-01-05"],"revision":[1,2]},"command":"consent","key":["A-003"],"role":"coordinator","subject":"A-003","table":"subject","v":1}','c7ed9156a0daae4917700127b97d98f668ec315dca5eddb4927e3200e7032915');
INSERT INTO "audit" VALUES('site:A',21,'c7ed9156a0daae4917700127b97d98f668ec315dca5eddb4927e3200e7032915','{"at":"2026-01-05T09:00:00.120000Z","by":"carl","change":{"id":[null,"A-003/F00001"],"key":[null,"baseline"],"revision":[null,1],"row":[null,1],"seq":[null,1],"state":[null,"entered"],"subject":[null,"A-003"],"version":[null,"1"],"visit":[null,null]},"command":"submit form","key":["A-003/F00001"],"role":"coordinator","subject":"A-003","table":"form","v":1,"values":[["AGE",null,["number","60",null,null]],["SEX",null,["text","F",null,null]],["KPS",null,["number","90",null,null]],["KI67",null,["number","3",null,null]],["UPTAKE",null,["text","grade 3",null,null]],["SSADUR",null,["text","more than 6 months",null,null]],["REGION",null,["text","north",null,null]]]}','0634be9c4452e6fe8343496bb0861cc2a3d51c4da470633a0a9e74c9664579fb');
INSERT INTO "audit" VALUES('site:A',22,'0634be9c4452e6fe8343496bb0861cc2a3d51c4da470633a0a9e74c9664579fb','{"at":"2026-01-05T09:00:00.122000Z","by":"iris","change":{"at":[null,"2026-01-05T09:00:00.122000Z"],"by":[null,"iris"],"digest":[null,"b6bdeaae36e300d0ad83f1420e4edff3e70005d6ff4b3f818484a6fcd7f6e7b6"],"id":[null,"A-003/F00001/S1"],"meaning":[null,"I have reviewed this and it is correct"],"name":[null,"Iris"],"object":[null,"A-003/F00001"],"revision":[null,1],"subject":[null,"A-003"]},"command":"sign","key":["A-003/F00001/S1"],"role":"investigator","subject":"A-003","table":"signature","v":1}','5cab6d07faf1aa881a46a2b6ee68418d61e6d5518eeb175a927970fd159dd3e6');
INSERT INTO "audit" VALUES('site:A',23,'5cab6d07faf1aa881a46a2b6ee68418d61e6d5518eeb175a927970fd159dd3e6','{"at":"2026-01-05T09:00:00.122000Z","by":"iris","change":{"revision":[1,2],"state":["entered","signed"]},"command":"sign","key":["A-003/F00001"],"role":"investigator","subject":"A-003","table":"form","v":1}','885bbd73e05446b65efcf5bc1ffe8368ba7cf89c0a98dbfc2b717c0204d9cb1d');
INSERT INTO "audit" VALUES('site:A',24,'885bbd73e05446b65efcf5bc1ffe8368ba7cf89c0a98dbfc2b717c0204d9cb1d','{"at":"2026-01-05T09:00:00.124000Z","by":"iris","change":{"id":[null,"A-003/F00002"],"key":[null,"eligibility"],"revision":[null,1],"row":[null,1],"seq":[null,2],"state":[null,"entered"],"subject":[null,"A-003"],"version":[null,"1"]},"command":"judge eligibility","key":["A-003/F00002"],"role":"investigator","subject":"A-003","table":"form","v":1,"values":[["date",null,["date","2026-01-05",null,null]],["I1",null,["truth","true",null,null]]]}','21b906a69e82c887ae50d0225720bef1153756c4ddaea502db07b744dbb1a5c6');
INSERT INTO "audit" VALUES('site:A',25,'21b906a69e82c887ae50d0225720bef1153756c4ddaea502db07b744dbb1a5c6','{"at":"2026-01-05T09:00:00.124000Z","by":"iris","change":{"revision":[2,3],"state":["screened","eligible"]},"command":"judge eligibility","key":["A-003"],"role":"investigator","subject":"A-003","table":"subject","v":1}','a39b2e1f0fd290f3ce97c173591953d49186e0f82ac8bfc55c992f5ef6393c3e');
INSERT INTO "audit" VALUES('trial',52,'92193050d27bbf239c6f929807d0ffd9415a27c8adbca47e8fa8c3d79cc27447','{"at":"2026-01-05T09:00:00.126000Z","by":"","command":"anchor","heads":{"site:A":[25,"a39b2e1f0fd290f3ce97c173591953d49186e0f82ac8bfc55c992f5ef6393c3e"],"site:B":[18,"03b9e2a89bd8270727fa92c62725278946ef99b8d2dc60d34bf08fd1a43b2873"],"trial":[51,"92193050d27bbf239c6f929807d0ffd9415a27c8adbca47e8fa8c3d79cc27447"]},"role":"","root":"738a3e1e261083edad3f9fb41efdfa4bc03812bddee281e8fa47abdd1609aa55","rows":94,"table":"anchor","v":1}','6231c47c6323cb5de7f15159ef8a5a81014ec03bd9f0dcdad3df74bca6f1766f');
CREATE TABLE chain (
    id TEXT NOT NULL,
    n INTEGER NOT NULL,
    hash TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (id)
);
INSERT INTO "chain" VALUES('trial',52,'6231c47c6323cb5de7f15159ef8a5a81014ec03bd9f0dcdad3df74bca6f1766f','2026-01-05T09:00:00.126000Z');
INSERT INTO "chain" VALUES('site:A',25,'a39b2e1f0fd290f3ce97c173591953d49186e0f82ac8bfc55c992f5ef6393c3e','2026-01-05T09:00:00.124000Z');
INSERT INTO "chain" VALUES('site:B',18,'03b9e2a89bd8270727fa92c62725278946ef99b8d2dc60d34bf08fd1a43b2873','2026-01-05T09:00:00.114000Z');
CREATE TABLE deviation (
    id TEXT NOT NULL,
    subject TEXT NOT NULL,
    category TEXT NOT NULL,
    text TEXT NOT NULL,
    day TEXT NOT NULL,
    "by" TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(subject) REFERENCES subject (id)
);
CREATE TABLE disposition (
    id TEXT NOT NULL,
    subject TEXT NOT NULL,
    seq INTEGER NOT NULL,
    scope TEXT NOT NULL,
    what TEXT NOT NULL,
    term TEXT NOT NULL,
    epoch TEXT NOT NULL,
    day TEXT NOT NULL,
    "by" TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(subject) REFERENCES subject (id)
);
CREATE TABLE dose (
    id TEXT NOT NULL,
    subject TEXT NOT NULL,
    drug TEXT NOT NULL,
    n INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    state TEXT NOT NULL,
    revision INTEGER NOT NULL,
    planned TEXT,
    amount TEXT,
    unit TEXT,
    route TEXT,
    decision TEXT,
    rule TEXT,
    given TEXT,
    last TEXT,
    reason TEXT,
    "by" TEXT,
    level TEXT,
    ordered TEXT,
    calibrated TEXT,
    activity TEXT,
    received TEXT,
    given_at TEXT,
    residual TEXT,
    kit TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(subject) REFERENCES subject (id)
);
CREATE TABLE export (
    id TEXT NOT NULL,
    "of" TEXT NOT NULL,
    role TEXT NOT NULL,
    "by" TEXT NOT NULL,
    at TEXT NOT NULL,
    site TEXT,
    arms TEXT,
    cut TEXT,
    known_at TEXT,
    digest TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(site) REFERENCES site (id)
);
CREATE TABLE form (
    id TEXT NOT NULL,
    subject TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "row" INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    state TEXT NOT NULL,
    version TEXT NOT NULL,
    revision INTEGER NOT NULL,
    visit TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(subject) REFERENCES subject (id),
    FOREIGN KEY(version) REFERENCES protocol_version (id),
    FOREIGN KEY(visit) REFERENCES visit (id)
);
INSERT INTO "form" VALUES('A-001/F00001','A-001','baseline',1,1,'signed','1',2,NULL);
INSERT INTO "form" VALUES('A-001/F00002','A-001','eligibility',1,2,'entered','1',1,NULL);
INSERT INTO "form" VALUES('B-001/F00001','B-001','baseline',1,1,'signed','1',2,NULL);
INSERT INTO "form" VALUES('B-001/F00002','B-001','eligibility',1,2,'entered','1',1,NULL);
INSERT INTO "form" VALUES('A-002/F00001','A-002','baseline',1,1,'signed','1',2,NULL);
INSERT INTO "form" VALUES('A-002/F00002','A-002','eligibility',1,2,'entered','1',1,NULL);
INSERT INTO "form" VALUES('B-002/F00001','B-002','baseline',1,1,'signed','1',2,NULL);
INSERT INTO "form" VALUES('B-002/F00002','B-002','eligibility',1,2,'entered','1',1,NULL);
INSERT INTO "form" VALUES('A-003/F00001','A-003','baseline',1,1,'signed','1',2,NULL);
INSERT INTO "form" VALUES('A-003/F00002','A-003','eligibility',1,2,'entered','1',1,NULL);
CREATE TABLE "freeze" (
    id TEXT NOT NULL,
    scope TEXT NOT NULL,
    kind TEXT NOT NULL,
    "by" TEXT NOT NULL,
    at TEXT NOT NULL,
    cutoff TEXT,
    digest TEXT,
    heads TEXT,
    gaps TEXT,
    reason TEXT,
    PRIMARY KEY (id)
);
CREATE TABLE "grant" (
    id TEXT NOT NULL,
    account TEXT NOT NULL,
    role TEXT NOT NULL,
    from_at TEXT NOT NULL,
    "by" TEXT NOT NULL,
    revision INTEGER NOT NULL,
    site TEXT,
    until_at TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(account) REFERENCES account (id),
    FOREIGN KEY(site) REFERENCES site (id)
);
INSERT INTO "grant" VALUES('G00001','adam','admin','2026-01-05T09:00:00.003000Z','adam',1,NULL,NULL);
INSERT INTO "grant" VALUES('G00002','carl','coordinator','2026-01-05T09:00:00.018000Z','adam',1,'A',NULL);
INSERT INTO "grant" VALUES('G00003','carl','coordinator','2026-01-05T09:00:00.020000Z','adam',1,'B',NULL);
INSERT INTO "grant" VALUES('G00004','iris','investigator','2026-01-05T09:00:00.024000Z','adam',1,'A',NULL);
INSERT INTO "grant" VALUES('G00005','iris','investigator','2026-01-05T09:00:00.026000Z','adam',1,'B',NULL);
INSERT INTO "grant" VALUES('G00006','phil','pharmacist','2026-01-05T09:00:00.030000Z','adam',1,'A',NULL);
INSERT INTO "grant" VALUES('G00007','phil','pharmacist','2026-01-05T09:00:00.032000Z','adam',1,'B',NULL);
INSERT INTO "grant" VALUES('G00008','mona','monitor','2026-01-05T09:00:00.036000Z','adam',1,'A',NULL);
INSERT INTO "grant" VALUES('G00009','mona','monitor','2026-01-05T09:00:00.038000Z','adam',1,'B',NULL);
INSERT INTO "grant" VALUES('G00010','dana','data manager','2026-01-05T09:00:00.042000Z','adam',1,NULL,NULL);
INSERT INTO "grant" VALUES('G00011','uma','unblinded statistician','2026-01-05T09:00:00.046000Z','adam',1,NULL,NULL);
INSERT INTO "grant" VALUES('G00012','ulf','unblinded statistician','2026-01-05T09:00:00.050000Z','adam',1,NULL,NULL);
INSERT INTO "grant" VALUES('G00013','bert','blinded statistician','2026-01-05T09:00:00.054000Z','adam',1,NULL,NULL);
INSERT INTO "grant" VALUES('G00014','spike','sponsor','2026-01-05T09:00:00.058000Z','adam',1,NULL,NULL);
INSERT INTO "grant" VALUES('G00015','dsmb','DSMB','2026-01-05T09:00:00.062000Z','adam',1,NULL,NULL);
CREATE TABLE idempotency (
    account TEXT NOT NULL,
    "key" TEXT NOT NULL,
    command_hash TEXT NOT NULL,
    answer TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (account, "key"),
    FOREIGN KEY(account) REFERENCES account (id)
);
INSERT INTO "idempotency" VALUES('adam','k1','cfcd122f9474a10505136d3f67103b5cde998c7f1b5fa818038a7f618703b806','{"site":"A","state":"planned"}','2026-01-05T09:00:00.004000Z');
INSERT INTO "idempotency" VALUES('adam','k2','d96645423c41b7e8396d403c790934339c68ad3f2d10e27690f65713f7681d5d','{"site":"A","version":"1"}','2026-01-05T09:00:00.006000Z');
INSERT INTO "idempotency" VALUES('adam','k3','c0105aa41616b5675918099fd7c50f072ffa1386b4bdd193723628fb10bf18c6','{"site":"A","state":"active"}','2026-01-05T09:00:00.008000Z');
INSERT INTO "idempotency" VALUES('adam','k4','4af66c152a18a7eb9a22b3b3f256f057db4d0a44adb8a382c428552fba111ece','{"site":"B","state":"planned"}','2026-01-05T09:00:00.010000Z');
INSERT INTO "idempotency" VALUES('adam','k5','8d3cdd8249c7060ee6f20e08cc7cbc020512244d8aef41570ab24a541df522d5','{"site":"B","version":"1"}','2026-01-05T09:00:00.012000Z');
INSERT INTO "idempotency" VALUES('adam','k6','ef14b713b64446612ed26115bbb2d142fab5f36bdc3b3004e70312e5f90484ec','{"site":"B","state":"active"}','2026-01-05T09:00:00.014000Z');
INSERT INTO "idempotency" VALUES('adam','k7','b8d71f55a7ec063578403e15c92faf6f6d1dfbd0a5fcd46b30c0b03fa36a121d','{"account":"carl"}','2026-01-05T09:00:00.016000Z');
INSERT INTO "idempotency" VALUES('adam','k8','d7165f46c6f04277fa73ea6df1cf6bd0388f5c6dda16988e3c35e8edbf4271e3','{"grant":"G00002"}','2026-01-05T09:00:00.018000Z');
INSERT INTO "idempotency" VALUES('adam','k9','e9c6ab4325f0f51a011cd9ba328560f6c3fdeb299d6e2d9d0dd99ed3751ae678','{"grant":"G00003"}','2026-01-05T09:00:00.020000Z');
INSERT INTO "idempotency" VALUES('adam','k10','25e7caa53ef3d284e5985828c00a36cc70c3c934570b309b309f44f20c02aee0','{"account":"iris"}','2026-01-05T09:00:00.022000Z');
INSERT INTO "idempotency" VALUES('adam','k11','2c3ae1a0194d2a4d35e7e3ef5835958776f1607cba5502de39872e7818b8709a','{"grant":"G00004"}','2026-01-05T09:00:00.024000Z');
INSERT INTO "idempotency" VALUES('adam','k12','825536d71e0bcc5fc9508d4af4932e338e4cb5961ab137fc7c75cbd8d821a0aa','{"grant":"G00005"}','2026-01-05T09:00:00.026000Z');
INSERT INTO "idempotency" VALUES('adam','k13','bfa8ba5d06a4dee4916b207729d4da80ccbd87924daa0aceb60793d1ce52b910','{"account":"phil"}','2026-01-05T09:00:00.028000Z');
INSERT INTO "idempotency" VALUES('adam','k14','e4df887c0bd9b905faa905c060aa18a6125421d61038027b49a2a88c3e633e96','{"grant":"G00006"}','2026-01-05T09:00:00.030000Z');
INSERT INTO "idempotency" VALUES('adam','k15','0e845c172d091bdff6dca8de3a7a932b57f0905642c199e7ba5efe49238b49c6','{"grant":"G00007"}','2026-01-05T09:00:00.032000Z');
INSERT INTO "idempotency" VALUES('adam','k16','129149c9bc6df09c97314a5a12f5de6b25984b34066226567b76e8ff12437b93','{"account":"mona"}','2026-01-05T09:00:00.034000Z');
INSERT INTO "idempotency" VALUES('adam','k17','df26ebd3164263a6f1a4b98cf784f11b9cbff7c0d7de32babd6ebcdc928532ec','{"grant":"G00008"}','2026-01-05T09:00:00.036000Z');
INSERT INTO "idempotency" VALUES('adam','k18','6fe5e265f8554b45dfc34a6451bade8711db87c34ab9e3969b212bd9a823ff55','{"grant":"G00009"}','2026-01-05T09:00:00.038000Z');
INSERT INTO "idempotency" VALUES('adam','k19','ab2970ef43e76fc4481a9ff0931a90f7c7a854a94d385e36e95f994d0025081a','{"account":"dana"}','2026-01-05T09:00:00.040000Z');
INSERT INTO "idempotency" VALUES('adam','k20','7aa3e8a0f2831730bf01c3844179657290004ef7461ab6cfce2a4fce1e1e87b2','{"grant":"G00010"}','2026-01-05T09:00:00.042000Z');
INSERT INTO "idempotency" VALUES('adam','k21','d1d14615d0a2efc00829949406844b9f1a80d8ea575c30e1b10e41ddb9aef7b6','{"account":"uma"}','2026-01-05T09:00:00.044000Z');
INSERT INTO "idempotency" VALUES('adam','k22','bc2c90892d48b7eb274f9a2a78f3c6344b30f41f51c438f62b973bc4259245a7','{"grant":"G00011"}','2026-01-05T09:00:00.046000Z');
INSERT INTO "idempotency" VALUES('adam','k23','d01e38b1fa0fdececb10b98bf6e478f42d2077468d279c42e564b64f329a4f58','{"account":"ulf"}','2026-01-05T09:00:00.048000Z');
INSERT INTO "idempotency" VALUES('adam','k24','5af2e7b225fc0030a470af33b07c8ddc25ddc53c782384e2d86a571f154dc3d2','{"grant":"G00012"}','2026-01-05T09:00:00.050000Z');
INSERT INTO "idempotency" VALUES('adam','k25','84ef6a5d4cf6d4d95e1aec53fc22480b026eba1b6c574eac9762f4011ce2ed21','{"account":"bert"}','2026-01-05T09:00:00.052000Z');
INSERT INTO "idempotency" VALUES('adam','k26','7cb92a9b1f286469f68278480741672a76a8767297acdcb2face9c4954375aff','{"grant":"G00013"}','2026-01-05T09:00:00.054000Z');
INSERT INTO "idempotency" VALUES('adam','k27','3b37ca797a077a752669e54fbb1f1724669de6dc9f05b64d31fccb239dec4858','{"account":"spike"}','2026-01-05T09:00:00.056000Z');
INSERT INTO "idempotency" VALUES('adam','k28','4d7d966fc3019f3cabbfc4ebc749c1fb6bb4a084ab39614d0fcfd6c6027d397e','{"grant":"G00014"}','2026-01-05T09:00:00.058000Z');
INSERT INTO "idempotency" VALUES('adam','k29','8bcb8cdda5d98b6adf7e514f0e37f9d9fdd495f6120da9ffcee63b5b677da2af','{"account":"dsmb"}','2026-01-05T09:00:00.060000Z');
INSERT INTO "idempotency" VALUES('adam','k30','d51fcbd8070b13074815a83ab8c0ca3dde07a93332e7325bd4adbe76907345f9','{"grant":"G00015"}','2026-01-05T09:00:00.062000Z');
INSERT INTO "idempotency" VALUES('uma','k31','74a87221630b6c00159abb92351ffb71845183f025d9c2855ef3405a5db1ecf5','{"commitment":"50c94e6a26734bf3521ebdd6fd76399531eadde45fb55afbb3e6c86a7df39714","list":"test"}','2026-01-05T09:00:00.064000Z');
INSERT INTO "idempotency" VALUES('spike','k32','a7cd0839f518e2ce9d1834b368d5db50587297cd47e61bb25bfb84caabeeae0e','{"state":"live","trial":"T1"}','2026-01-05T09:00:00.066000Z');
INSERT INTO "idempotency" VALUES('carl','k33','ab45d367284769f54939ea73e2539c4ca8395f88c343602f7cffe00b940b0147','{"state":"screened","subject":"A-001"}','2026-01-05T09:00:00.068000Z');
INSERT INTO "idempotency" VALUES('carl','k34','92f402d9b5b499ec963ef88c8b5ea13837e4ccfb78f13befec048a7edbe802a4','{"consented":"2026-01-05","subject":"A-001"}','2026-01-05T09:00:00.070000Z');
INSERT INTO "idempotency" VALUES('carl','k35','7b47735c0c6cb90c49f38eb7c20ff9ad519eef590cbfc053779680b5eedab994','{"forms":["A-001/F00001"],"state":"entered"}','2026-01-05T09:00:00.072000Z');
INSERT INTO "idempotency" VALUES('iris','k36','7aacf19eba8a01ef9ec0fa44d2c93c29f247ddd4ab3545205a536b825dda356d','{"digest":"b6bdeaae36e300d0ad83f1420e4edff3e70005d6ff4b3f818484a6fcd7f6e7b6","form":"A-001/F00001","name":"Iris","state":"signed"}','2026-01-05T09:00:00.074000Z');
INSERT INTO "idempotency" VALUES('iris','k37','22196dcda2c0599716e56dadc70dbb7e4d126d65e6476810bbaa5ff62a317b70','{"state":"eligible","subject":"A-001"}','2026-01-05T09:00:00.076000Z');
INSERT INTO "idempotency" VALUES('carl','k38','9330e416f5c53bfcfd2bd5c77d30c9390dd6f56ab0184bf5b5a7c79b84ef581d','{"list":"test","open":true,"subject":"A-001"}','2026-01-05T09:00:00.078000Z');
INSERT INTO "idempotency" VALUES('carl','k39','78ab7bef8c51665ec28abeabeee631668c015e73cfbccb2624385717b3e71264','{"state":"screened","subject":"B-001"}','2026-01-05T09:00:00.080000Z');
INSERT INTO "idempotency" VALUES('carl','k40','564bfb7025176576f0438c4b29aec13475a22ae8746d121395a2800f662f8baf','{"consented":"2026-01-05","subject":"B-001"}','2026-01-05T09:00:00.082000Z');
INSERT INTO "idempotency" VALUES('carl','k41','c2b43133644c602da72c7a0664787fc91c7050bec4a1b535e313eb85467c6eff','{"forms":["B-001/F00001"],"state":"entered"}','2026-01-05T09:00:00.084000Z');
INSERT INTO "idempotency" VALUES('iris','k42','cffabf00ffedeb73ce9e8dada09320cfc9d2bdc5f552625c68ab80797ac21ba3','{"digest":"47ef83b09f9347d4653e693689724b6cf3b75ead644e6caf4274d91809c6343a","form":"B-001/F00001","name":"Iris","state":"signed"}','2026-01-05T09:00:00.086000Z');
INSERT INTO "idempotency" VALUES('iris','k43','0bacc5107e6c39cb1a71738d134b74c6fe6cd1d3d18b2278c40414b5b359c4a3','{"state":"eligible","subject":"B-001"}','2026-01-05T09:00:00.088000Z');
INSERT INTO "idempotency" VALUES('carl','k44','60820248ffea8d5487bf2718a16af750efa67fd715fd27dc0f11896e3c642f62','{"list":"test","open":true,"subject":"B-001"}','2026-01-05T09:00:00.090000Z');
INSERT INTO "idempotency" VALUES('carl','k45','ab45d367284769f54939ea73e2539c4ca8395f88c343602f7cffe00b940b0147','{"state":"screened","subject":"A-002"}','2026-01-05T09:00:00.092000Z');
INSERT INTO "idempotency" VALUES('carl','k46','7ca721f7304a0053c1b54304de9e50ec09bb1d973be5a682ebefa4688ad1e827','{"consented":"2026-01-05","subject":"A-002"}','2026-01-05T09:00:00.094000Z');
INSERT INTO "idempotency" VALUES('carl','k47','c5cec1cff8f66037222deaa99f1bbf6f6f20ae483f552299a5980c4d749dacce','{"forms":["A-002/F00001"],"state":"entered"}','2026-01-05T09:00:00.096000Z');
INSERT INTO "idempotency" VALUES('iris','k48','4729d88d2665eee905e819423804461a4674551f589562a4385fa5865306c3b4','{"digest":"b6bdeaae36e300d0ad83f1420e4edff3e70005d6ff4b3f818484a6fcd7f6e7b6","form":"A-002/F00001","name":"Iris","state":"signed"}','2026-01-05T09:00:00.098000Z');
INSERT INTO "idempotency" VALUES('iris','k49','ebbc715cad50b744d744d5a81d60755408381b87ce36bf2dca8af02969b9ab4f','{"state":"eligible","subject":"A-002"}','2026-01-05T09:00:00.100000Z');
INSERT INTO "idempotency" VALUES('carl','k50','41ea7f70935e62c4687c67e785124caf5013aab3cd600815ad937f5dd3609ff5','{"list":"test","open":true,"subject":"A-002"}','2026-01-05T09:00:00.102000Z');
INSERT INTO "idempotency" VALUES('carl','k51','78ab7bef8c51665ec28abeabeee631668c015e73cfbccb2624385717b3e71264','{"state":"screened","subject":"B-002"}','2026-01-05T09:00:00.104000Z');
INSERT INTO "idempotency" VALUES('carl','k52','45281c00fd8fae824c48d1db2d390208e3e1ee224a94e46a47fcb141ef69c146','{"consented":"2026-01-05","subject":"B-002"}','2026-01-05T09:00:00.106000Z');
INSERT INTO "idempotency" VALUES('carl','k53','8d1694478b761f2aa7d272c648bfa79a83d5a1d62f85e28a5e696fcdc14877f6','{"forms":["B-002/F00001"],"state":"entered"}','2026-01-05T09:00:00.108000Z');
INSERT INTO "idempotency" VALUES('iris','k54','2cc8aa700fc2b3fb2ea6f7622a8c74752ba917791b26200f524442cd5c011e76','{"digest":"47ef83b09f9347d4653e693689724b6cf3b75ead644e6caf4274d91809c6343a","form":"B-002/F00001","name":"Iris","state":"signed"}','2026-01-05T09:00:00.110000Z');
INSERT INTO "idempotency" VALUES('iris','k55','fdf35fe6e5ec8e3575b7acfdfce40ae852c975d7a22a756d420d5bf398c44f75','{"state":"eligible","subject":"B-002"}','2026-01-05T09:00:00.112000Z');
INSERT INTO "idempotency" VALUES('carl','k56','52379135cb8ec9d6dc868e433ae48d52dd88d32495066441b3820c7f5d255d4f','{"list":"test","open":true,"subject":"B-002"}','2026-01-05T09:00:00.114000Z');
INSERT INTO "idempotency" VALUES('carl','k57','ab45d367284769f54939ea73e2539c4ca8395f88c343602f7cffe00b940b0147','{"state":"screened","subject":"A-003"}','2026-01-05T09:00:00.116000Z');
INSERT INTO "idempotency" VALUES('carl','k58','6ce059f320b1af7282a146bf7b0fc671fbe0c427e61d15ccf4cd8198a1f420d6','{"consented":"2026-01-05","subject":"A-003"}','2026-01-05T09:00:00.118000Z');
INSERT INTO "idempotency" VALUES('carl','k59','407900ff7ff810ae0a8b96ab253b150420e53051f6055031a84b07d6165b56f5','{"forms":["A-003/F00001"],"state":"entered"}','2026-01-05T09:00:00.120000Z');
INSERT INTO "idempotency" VALUES('iris','k60','7236ba590440218b4e7e8fee80ac34af1f26b3beaf742dfa08e187b2aac3a57c','{"digest":"b6bdeaae36e300d0ad83f1420e4edff3e70005d6ff4b3f818484a6fcd7f6e7b6","form":"A-003/F00001","name":"Iris","state":"signed"}','2026-01-05T09:00:00.122000Z');
INSERT INTO "idempotency" VALUES('iris','k61','d8c7c4c2136371e95a237624b27603dc8036c61fa11eaf6fb7b2565b63aa7cb6','{"state":"eligible","subject":"A-003"}','2026-01-05T09:00:00.124000Z');
CREATE TABLE kit (
    id TEXT NOT NULL,
    drug TEXT NOT NULL,
    lot TEXT NOT NULL,
    expires TEXT NOT NULL,
    state TEXT NOT NULL,
    "by" TEXT NOT NULL,
    at TEXT NOT NULL,
    revision INTEGER NOT NULL,
    nonce TEXT,
    site TEXT,
    subject TEXT,
    dose TEXT,
    because TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(site) REFERENCES site (id),
    FOREIGN KEY(subject) REFERENCES subject (id)
);
CREATE TABLE list (
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    method TEXT NOT NULL,
    allocation_digest TEXT NOT NULL,
    key_id TEXT NOT NULL,
    commitment TEXT NOT NULL,
    salt_hash TEXT NOT NULL,
    entries INTEGER NOT NULL,
    reviewed_by TEXT NOT NULL,
    "by" TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (id)
);
INSERT INTO "list" VALUES('test','test','permuted blocks','71a3207c4fa20a76eadfd09b37c28ecf952851905d4d80265cc236272bc1140b','0dd49c06ff09b5a53e00641100b71f1cc847b03a040f23e20480a974489712ee','50c94e6a26734bf3521ebdd6fd76399531eadde45fb55afbb3e6c86a7df39714','6329259952da79eec816088b45f98ddc36981c1b610a3c5115dd29a82f2a7f71',300,'ulf','uma','2026-01-05T09:00:00.064000Z');
CREATE TABLE list_event (
    id TEXT NOT NULL,
    list TEXT NOT NULL,
    kind TEXT NOT NULL,
    "by" TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(list) REFERENCES list (id)
);
INSERT INTO "list_event" VALUES('test activated','test','activated','uma','2026-01-05T09:00:00.064000Z');
CREATE TABLE protocol_version (
    id TEXT NOT NULL,
    digest TEXT NOT NULL,
    file TEXT NOT NULL,
    resolved TEXT NOT NULL,
    at TEXT NOT NULL,
    "by" TEXT NOT NULL,
    tested TEXT NOT NULL,
    PRIMARY KEY (id)
);
INSERT INTO "protocol_version" VALUES('1','abce7bbf63cd4e0546a92221c94d4b52ff822d29adf8cefe65854d8bffaf4393','the file','{"allocation": {"blocks": [4], "limit": null, "method": "permuted blocks", "minimization": null, "probability": null, "ratio": "1:1", "strata": {"REGION": {"label": "REGION", "levels": ["north", "south"], "randomized": "STRAT2R", "variable": "REGION"}, "SEX": {"label": "SEX", "levels": ["F", "M"], "randomized": "STRAT1R", "variable": "SEX"}}}, "arms": {"a": {"code": "a", "give": [], "label": "Alpha", "role": "experimental"}, "b": {"code": "b", "give": [], "label": "Beta", "role": "control"}}, "assume": {"accrual": {"end": null, "lasts": null, "periods": [], "rates": [], "start": null}, "dropout": {}, "follow up": null, "strata": {}}, "dates": {"adverse event": "first, not before first dose", "alive": [{"date": "SVSTDTC", "from": "SV", "impute": "nothing", "where": null}, {"date": "EXSTDTC", "from": "EX", "impute": "nothing", "where": null}, {"date": "EXENDTC", "from": "EX", "impute": "nothing", "where": null}, {"date": "LBDTC", "from": "LB", "impute": "nothing", "where": null}, {"date": "VSDTC", "from": "VS", "impute": "nothing", "where": null}, {"date": "QSDTC", "from": "QS", "impute": "nothing", "where": null}, {"date": "TRDTC", "from": "TR", "impute": "nothing", "where": null}, {"date": "RSDTC", "from": "RS", "impute": "nothing", "where": null}, {"date": "DSSTDTC", "from": "DS", "impute": "nothing", "where": "not DSDECOD = \"DEATH\""}, {"date": "AESTDTC", "from": "AE", "impute": "nothing", "where": null}, {"date": "AEENDTC", "from": "AE", "impute": "nothing", "where": "not AEOUT = \"FATAL\""}, {"date": "CMSTDTC", "from": "CM", "impute": "nothing", "where": null}, {"date": "EGDTC", "from": "EG", "impute": "nothing", "where": null}, {"date": "RFSTDTC", "from": "DM", "impute": "nothing", "where": null}, {"date": "SSDTC", "from": "SS", "impute": "nothing", "where": null}], "death": "first, not before randomization or last known alive", "end": "last, not after death or cut-off", "start": "first"}, "design": {"alpha": 0.05, "graph": null, "multiplicity": "none", "order": [], "sides": 2}, "endpoints": {}, "epochs": {}, "equipoise": "1", "estimands": {}, "population": {"condition": "", "eligibility": {"exclude": [], "include": [{"id": "I1", "rule": "AGE >= 18", "text": "Adult"}]}, "randomize": 12}, "populations": {}, "provenance": {"/allocation/blocks/0": {"kind": "yours"}, "/allocation/limit": {"kind": "default"}, "/allocation/method": {"kind": "default"}, "/allocation/minimization": {"kind": "default"}, "/allocation/probability": {"kind": "default"}, "/allocation/ratio": {"kind": "default"}, "/allocation/strata/REGION/label": {"kind": "derived"}, "/allocation/strata/REGION/levels/0": {"kind": "default"}, "/allocation/strata/REGION/levels/1": {"kind": "default"}, "/allocation/strata/REGION/randomized": {"kind": "derived"}, "/allocation/strata/REGION/variable": {"kind": "derived"}, "/allocation/strata/SEX/label": {"kind": "derived"}, "/allocation/strata/SEX/levels/0": {"kind": "default"}, "/allocation/strata/SEX/levels/1": {"kind": "default"}, "/allocation/strata/SEX/randomized": {"kind": "derived"}, "/allocation/strata/SEX/variable": {"kind": "derived"}, "/arms/a/code": {"kind": "derived"}, "/arms/a/give": {"kind": "default"}, "/arms/a/label": {"kind": "yours"}, "/arms/a/role": {"kind": "yours"}, "/arms/b/code": {"kind": "derived"}, "/arms/b/give": {"kind": "default"}, "/arms/b/label": {"kind": "yours"}, "/arms/b/role": {"kind": "yours"}, "/assume/accrual/end": {"kind": "default"}, "/assume/accrual/lasts": {"kind": "default"}, "/assume/accrual/periods": {"kind": "default"}, "/assume/accrual/rates": {"kind": "default"}, "/assume/accrual/start": {"kind": "default"}, "/assume/dropout": {"kind": "default"}, "/assume/follow up": {"kind": "default"}, "/assume/strata": {"kind": "default"}, "/dates/adverse event": {"kind": "derived"}, "/dates/alive/0/date": {"kind": "default"}, "/dates/alive/0/from": {"kind": "default"}, "/dates/alive/0/impute": {"kind": "default"}, "/dates/alive/0/where": {"kind": "default"}, "/dates/alive/1/date": {"kind": "default"}, "/dates/alive/1/from": {"kind": "default"}, "/dates/alive/1/impute": {"kind": "default"}, "/dates/alive/1/where": {"kind": "default"}, "/dates/alive/10/date": {"kind": "default"}, "/dates/alive/10/from": {"kind": "default"}, "/dates/alive/10/impute": {"kind": "default"}, "/dates/alive/10/where": {"kind": "default"}, "/dates/alive/11/date": {"kind": "default"}, "/dates/alive/11/from": {"kind": "default"}, "/dates/alive/11/impute": {"kind": "default"}, "/dates/alive/11/where": {"kind": "default"}, "/dates/alive/12/date": {"kind": "default"}, "/dates/alive/12/from": {"kind": "default"}, "/dates/alive/12/impute": {"kind": "default"}, "/dates/alive/12/where": {"kind": "default"}, "/dates/alive/13/date": {"kind": "default"}, "/dates/alive/13/from": {"kind": "default"}, "/dates/alive/13/impute": {"kind": "default"}, "/dates/alive/13/where": {"kind": "default"}, "/dates/alive/14/date": {"kind": "default"}, "/dates/alive/14/from": {"kind": "default"}, "/dates/alive/14/impute": {"kind": "default"}, "/dates/alive/14/where": {"kind": "default"}, "/dates/alive/2/date": {"kind": "default"}, "/dates/alive/2/from": {"kind": "default"}, "/dates/alive/2/impute": {"kind": "default"}, "/dates/alive/2/where": {"kind": "default"}, "/dates/alive/3/date": {"kind": "default"}, "/dates/alive/3/from": {"kind": "default"}, "/dates/alive/3/impute": {"kind": "default"}, "/dates/alive/3/where": {"kind": "default"}, "/dates/alive/4/date": {"kind": "default"}, "/dates/alive/4/from": {"kind": "default"}, "/dates/alive/4/impute": {"kind": "default"}, "/dates/alive/4/where": {"kind": "default"}, "/dates/alive/5/date": {"kind": "default"}, "/dates/alive/5/from": {"kind": "default"}, "/dates/alive/5/impute": {"kind": "default"}, "/dates/alive/5/where": {"kind": "default"}, "/dates/alive/6/date": {"kind": "default"}, "/dates/alive/6/from": {"kind": "default"}, "/dates/alive/6/impute": {"kind": "default"}, "/dates/alive/6/where": {"kind": "default"}, "/dates/alive/7/date": {"kind": "default"}, "/dates/alive/7/from": {"kind": "default"}, "/dates/alive/7/impute": {"kind": "default"}, "/dates/alive/7/where": {"kind": "default"}, "/dates/alive/8/date": {"kind": "default"}, "/dates/alive/8/from": {"kind": "default"}, "/dates/alive/8/impute": {"kind": "default"}, "/dates/alive/8/where": {"kind": "default"}, "/dates/alive/9/date": {"kind": "default"}, "/dates/alive/9/from": {"kind": "default"}, "/dates/alive/9/impute": {"kind": "default"}, "/dates/alive/9/where": {"kind": "default"}, "/dates/death": {"kind": "default"}, "/dates/end": {"kind": "default"}, "/dates/start": {"kind": "default"}, "/design/alpha": {"kind": "default"}, "/design/graph": {"kind": "default"}, "/design/multiplicity": {"kind": "default"}, "/design/order": {"kind": "default"}, "/design/sides": {"kind": "default"}, "/endpoints": {"kind": "default"}, "/epochs": {"kind": "default"}, "/equipoise": {"kind": "yours"}, "/estimands": {"kind": "default"}, "/population/condition": {"kind": "default"}, "/population/eligibility/exclude": {"kind": "default"}, "/population/eligibility/include/0/id": {"kind": "yours"}, "/population/eligibility/include/0/rule": {"kind": "yours"}, "/population/eligibility/include/0/text": {"kind": "yours"}, "/population/randomize": {"kind": "yours"}, "/populations": {"kind": "default"}, "/questionnaires": {"kind": "default"}, "/report/baseline": {"kind": "default"}, "/report/citation": {"kind": "default"}, "/report/look": {"kind": "default"}, "/report/published": {"kind": "default"}, "/report/title": {"kind": "derived"}, "/safety/ctcae": {"kind": "default"}, "/safety/dictionary": {"kind": "default"}, "/safety/dosimetry": {"kind": "default"}, "/safety/emergent from": {"kind": "default"}, "/safety/emergent until": {"kind": "default"}, "/safety/impute": {"kind": "default"}, "/safety/initial grade": {"kind": "default"}, "/safety/lab source": {"kind": "default"}, "/safety/labs": {"kind": "default"}, "/safety/population": {"kind": "default"}, "/safety/queries": {"kind": "default"}, "/safety/unit of": {"kind": "default"}, "/safety/units": {"kind": "default"}, "/sources": {"kind": "default"}, "/subgroups": {"kind": "default"}, "/trial/amends": {"kind": "default"}, "/trial/first patient": {"kind": "default"}, "/trial/framework": {"kind": "default"}, "/trial/id": {"kind": "yours"}, "/trial/in force": {"kind": "default"}, "/trial/masking": {"kind": "yours"}, "/trial/phase": {"kind": "default"}, "/trial/registers": {"kind": "default"}, "/trial/sponsor": {"kind": "default"}, "/trial/title": {"kind": "yours"}, "/trial/version": {"kind": "default"}, "/trial/virtual": {"kind": "default"}, "/visits": {"kind": "default"}}, "questionnaires": {}, "report": {"baseline": [], "citation": "", "look": null, "published": [], "title": "Small"}, "safety": {"ctcae": null, "dictionary": "", "dosimetry": [], "emergent from": "first dose", "emergent until": null, "impute": "whole date", "initial grade": null, "lab source": "LB", "labs": [], "population": "safety", "queries": {}, "unit of": {}, "units": "as collected"}, "sources": {}, "subgroups": {}, "trial": {"amends": null, "first patient": null, "framework": "superiority", "id": "T1", "in force": null, "masking": "open label", "phase": "3", "registers": {}, "sponsor": "", "title": "Small", "version": "1", "virtual": false}, "visits": {}}','2026-01-05T09:00:00.003000Z','adam','equipoise 0.1.0');
CREATE TABLE "query" (
    id TEXT NOT NULL,
    form TEXT NOT NULL,
    subject TEXT NOT NULL,
    state TEXT NOT NULL,
    opened_by TEXT NOT NULL,
    text TEXT NOT NULL,
    revision_seen INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    item TEXT,
    rule TEXT,
    value TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(form) REFERENCES form (id),
    FOREIGN KEY(subject) REFERENCES subject (id)
);
CREATE TABLE query_turn (
    "query" TEXT NOT NULL,
    n INTEGER NOT NULL,
    kind TEXT NOT NULL,
    "by" TEXT NOT NULL,
    text TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY ("query", n),
    FOREIGN KEY("query") REFERENCES "query" (id)
);
CREATE TABLE sae (
    id TEXT NOT NULL,
    subject TEXT NOT NULL,
    form TEXT NOT NULL,
    aware_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    state TEXT NOT NULL,
    "by" TEXT NOT NULL,
    revision INTEGER NOT NULL,
    expected TEXT,
    causality_site TEXT,
    causality_sponsor TEXT,
    susar_due_at TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(subject) REFERENCES subject (id),
    FOREIGN KEY(form) REFERENCES form (id)
);
CREATE TABLE sae_version (
    sae TEXT NOT NULL,
    n INTEGER NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    form_digest TEXT NOT NULL,
    "by" TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (sae, n),
    FOREIGN KEY(sae) REFERENCES sae (id)
);
CREATE TABLE signature (
    id TEXT NOT NULL,
    object TEXT NOT NULL,
    digest TEXT NOT NULL,
    meaning TEXT NOT NULL,
    name TEXT NOT NULL,
    "by" TEXT NOT NULL,
    at TEXT NOT NULL,
    revision INTEGER NOT NULL,
    void_at TEXT,
    void_by TEXT,
    subject TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(subject) REFERENCES subject (id)
);
INSERT INTO "signature" VALUES('A-001/F00001/S1','A-001/F00001','b6bdeaae36e300d0ad83f1420e4edff3e70005d6ff4b3f818484a6fcd7f6e7b6','I have reviewed this and it is correct','Iris','iris','2026-01-05T09:00:00.074000Z',1,NULL,NULL,'A-001');
INSERT INTO "signature" VALUES('B-001/F00001/S1','B-001/F00001','47ef83b09f9347d4653e693689724b6cf3b75ead644e6caf4274d91809c6343a','I have reviewed this and it is correct','Iris','iris','2026-01-05T09:00:00.086000Z',1,NULL,NULL,'B-001');
INSERT INTO "signature" VALUES('A-002/F00001/S1','A-002/F00001','b6bdeaae36e300d0ad83f1420e4edff3e70005d6ff4b3f818484a6fcd7f6e7b6','I have reviewed this and it is correct','Iris','iris','2026-01-05T09:00:00.098000Z',1,NULL,NULL,'A-002');
INSERT INTO "signature" VALUES('B-002/F00001/S1','B-002/F00001','47ef83b09f9347d4653e693689724b6cf3b75ead644e6caf4274d91809c6343a','I have reviewed this and it is correct','Iris','iris','2026-01-05T09:00:00.110000Z',1,NULL,NULL,'B-002');
INSERT INTO "signature" VALUES('A-003/F00001/S1','A-003/F00001','b6bdeaae36e300d0ad83f1420e4edff3e70005d6ff4b3f818484a6fcd7f6e7b6','I have reviewed this and it is correct','Iris','iris','2026-01-05T09:00:00.122000Z',1,NULL,NULL,'A-003');
CREATE TABLE site (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    zone TEXT NOT NULL,
    state TEXT NOT NULL,
    revision INTEGER NOT NULL,
    country TEXT,
    version TEXT,
    cap INTEGER,
    because TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(version) REFERENCES protocol_version (id)
);
INSERT INTO "site" VALUES('A','A','UTC','active',3,NULL,'1',NULL,NULL);
INSERT INTO "site" VALUES('B','B','UTC','active',3,NULL,'1',NULL,NULL);
CREATE TABLE site_version (
    site TEXT NOT NULL,
    version TEXT NOT NULL,
    approved_on TEXT NOT NULL,
    document_hash TEXT NOT NULL,
    from_at TEXT NOT NULL,
    "by" TEXT NOT NULL,
    PRIMARY KEY (site, version),
    FOREIGN KEY(site) REFERENCES site (id),
    FOREIGN KEY(version) REFERENCES protocol_version (id)
);
INSERT INTO "site_version" VALUES('A','1','2026-01-05','','2026-01-05T09:00:00.006000Z','adam');
INSERT INTO "site_version" VALUES('B','1','2026-01-05','','2026-01-05T09:00:00.012000Z','adam');
CREATE TABLE stratum (
    list TEXT NOT NULL,
    id TEXT NOT NULL,
    next INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (list, id),
    FOREIGN KEY(list) REFERENCES list (id)
);
INSERT INTO "stratum" VALUES('test','["F","north"]',3,3);
INSERT INTO "stratum" VALUES('test','["F","south"]',1,1);
INSERT INTO "stratum" VALUES('test','["M","north"]',3,3);
INSERT INTO "stratum" VALUES('test','["M","south"]',1,1);
CREATE TABLE subject (
    id TEXT NOT NULL,
    site TEXT NOT NULL,
    number TEXT NOT NULL,
    version TEXT NOT NULL,
    state TEXT NOT NULL,
    revision INTEGER NOT NULL,
    consented TEXT,
    randomized TEXT,
    year_of_birth INTEGER,
    died TEXT,
    ended TEXT,
    treatment_ended TEXT,
    withdrawn_of TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(site) REFERENCES site (id),
    FOREIGN KEY(version) REFERENCES protocol_version (id)
);
INSERT INTO "subject" VALUES('A-001','A','001','1','randomized',4,'2026-01-05','2026-01-05T09:00:00.078000Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "subject" VALUES('B-001','B','001','1','randomized',4,'2026-01-05','2026-01-05T09:00:00.090000Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "subject" VALUES('A-002','A','002','1','randomized',4,'2026-01-05','2026-01-05T09:00:00.102000Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "subject" VALUES('B-002','B','002','1','randomized',4,'2026-01-05','2026-01-05T09:00:00.114000Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "subject" VALUES('A-003','A','003','1','eligible',3,'2026-01-05',NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE trial (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    revision INTEGER NOT NULL,
    version TEXT,
    because TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(version) REFERENCES protocol_version (id)
);
INSERT INTO "trial" VALUES('trial','T1','test','live',2,'1',NULL);
CREATE TABLE value (
    form TEXT NOT NULL,
    item TEXT NOT NULL,
    kind TEXT NOT NULL,
    "by" TEXT NOT NULL,
    revision INTEGER NOT NULL,
    value TEXT,
    unit TEXT,
    missing TEXT,
    PRIMARY KEY (form, item),
    FOREIGN KEY(form) REFERENCES form (id)
);
INSERT INTO "value" VALUES('A-001/F00001','AGE','number','carl',1,'60',NULL,NULL);
INSERT INTO "value" VALUES('A-001/F00001','SEX','text','carl',1,'F',NULL,NULL);
INSERT INTO "value" VALUES('A-001/F00001','KPS','number','carl',1,'90',NULL,NULL);
INSERT INTO "value" VALUES('A-001/F00001','KI67','number','carl',1,'3',NULL,NULL);
INSERT INTO "value" VALUES('A-001/F00001','UPTAKE','text','carl',1,'grade 3',NULL,NULL);
INSERT INTO "value" VALUES('A-001/F00001','SSADUR','text','carl',1,'more than 6 months',NULL,NULL);
INSERT INTO "value" VALUES('A-001/F00001','REGION','text','carl',1,'north',NULL,NULL);
INSERT INTO "value" VALUES('A-001/F00002','date','date','iris',1,'2026-01-05',NULL,NULL);
INSERT INTO "value" VALUES('A-001/F00002','I1','truth','iris',1,'true',NULL,NULL);
INSERT INTO "value" VALUES('B-001/F00001','AGE','number','carl',1,'60',NULL,NULL);
INSERT INTO "value" VALUES('B-001/F00001','SEX','text','carl',1,'M',NULL,NULL);
INSERT INTO "value" VALUES('B-001/F00001','KPS','number','carl',1,'90',NULL,NULL);
INSERT INTO "value" VALUES('B-001/F00001','KI67','number','carl',1,'3',NULL,NULL);
INSERT INTO "value" VALUES('B-001/F00001','UPTAKE','text','carl',1,'grade 3',NULL,NULL);
INSERT INTO "value" VALUES('B-001/F00001','SSADUR','text','carl',1,'more than 6 months',NULL,NULL);
INSERT INTO "value" VALUES('B-001/F00001','REGION','text','carl',1,'north',NULL,NULL);
INSERT INTO "value" VALUES('B-001/F00002','date','date','iris',1,'2026-01-05',NULL,NULL);
INSERT INTO "value" VALUES('B-001/F00002','I1','truth','iris',1,'true',NULL,NULL);
INSERT INTO "value" VALUES('A-002/F00001','AGE','number','carl',1,'60',NULL,NULL);
INSERT INTO "value" VALUES('A-002/F00001','SEX','text','carl',1,'F',NULL,NULL);
INSERT INTO "value" VALUES('A-002/F00001','KPS','number','carl',1,'90',NULL,NULL);
INSERT INTO "value" VALUES('A-002/F00001','KI67','number','carl',1,'3',NULL,NULL);
INSERT INTO "value" VALUES('A-002/F00001','UPTAKE','text','carl',1,'grade 3',NULL,NULL);
INSERT INTO "value" VALUES('A-002/F00001','SSADUR','text','carl',1,'more than 6 months',NULL,NULL);
INSERT INTO "value" VALUES('A-002/F00001','REGION','text','carl',1,'north',NULL,NULL);
INSERT INTO "value" VALUES('A-002/F00002','date','date','iris',1,'2026-01-05',NULL,NULL);
INSERT INTO "value" VALUES('A-002/F00002','I1','truth','iris',1,'true',NULL,NULL);
INSERT INTO "value" VALUES('B-002/F00001','AGE','number','carl',1,'60',NULL,NULL);
INSERT INTO "value" VALUES('B-002/F00001','SEX','text','carl',1,'M',NULL,NULL);
INSERT INTO "value" VALUES('B-002/F00001','KPS','number','carl',1,'90',NULL,NULL);
INSERT INTO "value" VALUES('B-002/F00001','KI67','number','carl',1,'3',NULL,NULL);
INSERT INTO "value" VALUES('B-002/F00001','UPTAKE','text','carl',1,'grade 3',NULL,NULL);
INSERT INTO "value" VALUES('B-002/F00001','SSADUR','text','carl',1,'more than 6 months',NULL,NULL);
INSERT INTO "value" VALUES('B-002/F00001','REGION','text','carl',1,'north',NULL,NULL);
INSERT INTO "value" VALUES('B-002/F00002','date','date','iris',1,'2026-01-05',NULL,NULL);
INSERT INTO "value" VALUES('B-002/F00002','I1','truth','iris',1,'true',NULL,NULL);
INSERT INTO "value" VALUES('A-003/F00001','AGE','number','carl',1,'60',NULL,NULL);
INSERT INTO "value" VALUES('A-003/F00001','SEX','text','carl',1,'F',NULL,NULL);
INSERT INTO "value" VALUES('A-003/F00001','KPS','number','carl',1,'90',NULL,NULL);
INSERT INTO "value" VALUES('A-003/F00001','KI67','number','carl',1,'3',NULL,NULL);
INSERT INTO "value" VALUES('A-003/F00001','UPTAKE','text','carl',1,'grade 3',NULL,NULL);
INSERT INTO "value" VALUES('A-003/F00001','SSADUR','text','carl',1,'more than 6 months',NULL,NULL);
INSERT INTO "value" VALUES('A-003/F00001','REGION','text','carl',1,'north',NULL,NULL);
INSERT INTO "value" VALUES('A-003/F00002','date','date','iris',1,'2026-01-05',NULL,NULL);
INSERT INTO "value" VALUES('A-003/F00002','I1','truth','iris',1,'true',NULL,NULL);
CREATE TABLE visit (
    id TEXT NOT NULL,
    subject TEXT NOT NULL,
    "key" TEXT NOT NULL,
    n INTEGER NOT NULL,
    name TEXT NOT NULL,
    number TEXT NOT NULL,
    seq INTEGER NOT NULL,
    state TEXT NOT NULL,
    revision INTEGER NOT NULL,
    held TEXT,
    day INTEGER,
    low INTEGER,
    high INTEGER,
    epoch TEXT,
    planned TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(subject) REFERENCES subject (id)
);
CREATE TRIGGER account_no_delete BEFORE DELETE ON "account"
BEGIN SELECT RAISE(ABORT, 'account: no row is ever removed'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON "audit"
BEGIN SELECT RAISE(ABORT, 'audit: no row is ever removed'); END;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON "audit"
BEGIN SELECT RAISE(ABORT, 'audit: a row that was written stays as it is'); END;
CREATE TRIGGER chain_no_delete BEFORE DELETE ON "chain"
BEGIN SELECT RAISE(ABORT, 'chain: no row is ever removed'); END;
CREATE TRIGGER freeze_no_delete BEFORE DELETE ON "freeze"
BEGIN SELECT RAISE(ABORT, 'freeze: no row is ever removed'); END;
CREATE TRIGGER freeze_no_update BEFORE UPDATE ON "freeze"
BEGIN SELECT RAISE(ABORT, 'freeze: a row that was written stays as it is'); END;
CREATE TRIGGER freeze_no_replace BEFORE INSERT ON "freeze"
WHEN EXISTS (SELECT 1 FROM "freeze" WHERE ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'freeze: there is such a row'); END;
CREATE TRIGGER list_no_delete BEFORE DELETE ON "list"
BEGIN SELECT RAISE(ABORT, 'list: no row is ever removed'); END;
CREATE TRIGGER list_no_update BEFORE UPDATE ON "list"
BEGIN SELECT RAISE(ABORT, 'list: a row that was written stays as it is'); END;
CREATE TRIGGER list_no_replace BEFORE INSERT ON "list"
WHEN EXISTS (SELECT 1 FROM "list" WHERE ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'list: there is such a row'); END;
CREATE TRIGGER protocol_version_no_delete BEFORE DELETE ON "protocol_version"
BEGIN SELECT RAISE(ABORT, 'protocol_version: no row is ever removed'); END;
CREATE TRIGGER protocol_version_no_update BEFORE UPDATE ON "protocol_version"
BEGIN SELECT RAISE(ABORT, 'protocol_version: a row that was written stays as it is'); END;
CREATE TRIGGER protocol_version_no_replace BEFORE INSERT ON "protocol_version"
WHEN EXISTS (SELECT 1 FROM "protocol_version" WHERE ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'protocol_version: there is such a row'); END;
CREATE TRIGGER list_event_no_delete BEFORE DELETE ON "list_event"
BEGIN SELECT RAISE(ABORT, 'list_event: no row is ever removed'); END;
CREATE TRIGGER list_event_no_update BEFORE UPDATE ON "list_event"
BEGIN SELECT RAISE(ABORT, 'list_event: a row that was written stays as it is'); END;
CREATE TRIGGER list_event_no_replace BEFORE INSERT ON "list_event"
WHEN EXISTS (SELECT 1 FROM "list_event" WHERE ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'list_event: there is such a row'); END;
CREATE TRIGGER site_no_delete BEFORE DELETE ON "site"
BEGIN SELECT RAISE(ABORT, 'site: no row is ever removed'); END;
CREATE TRIGGER stratum_no_delete BEFORE DELETE ON "stratum"
BEGIN SELECT RAISE(ABORT, 'stratum: no row is ever removed'); END;
CREATE TRIGGER trial_no_delete BEFORE DELETE ON "trial"
BEGIN SELECT RAISE(ABORT, 'trial: no row is ever removed'); END;
CREATE TRIGGER export_no_delete BEFORE DELETE ON "export"
BEGIN SELECT RAISE(ABORT, 'export: no row is ever removed'); END;
CREATE TRIGGER export_no_update BEFORE UPDATE ON "export"
BEGIN SELECT RAISE(ABORT, 'export: a row that was written stays as it is'); END;
CREATE TRIGGER export_no_replace BEFORE INSERT ON "export"
WHEN EXISTS (SELECT 1 FROM "export" WHERE ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'export: there is such a row'); END;
CREATE TRIGGER grant_no_delete BEFORE DELETE ON "grant"
BEGIN SELECT RAISE(ABORT, 'grant: no row is ever removed'); END;
CREATE TRIGGER site_version_no_delete BEFORE DELETE ON "site_version"
BEGIN SELECT RAISE(ABORT, 'site_version: no row is ever removed'); END;
CREATE TRIGGER site_version_no_update BEFORE UPDATE ON "site_version"
BEGIN SELECT RAISE(ABORT, 'site_version: a row that was written stays as it is'); END;
CREATE TRIGGER site_version_no_replace BEFORE INSERT ON "site_version"
WHEN EXISTS (SELECT 1 FROM "site_version" WHERE ("site" = NEW."site" AND "version" = NEW."version"))
BEGIN SELECT RAISE(ABORT, 'site_version: there is such a row'); END;
CREATE TRIGGER subject_no_delete BEFORE DELETE ON "subject"
BEGIN SELECT RAISE(ABORT, 'subject: no row is ever removed'); END;
CREATE TRIGGER allocation_no_delete BEFORE DELETE ON "allocation"
BEGIN SELECT RAISE(ABORT, 'allocation: no row is ever removed'); END;
CREATE TRIGGER allocation_no_update BEFORE UPDATE ON "allocation"
BEGIN SELECT RAISE(ABORT, 'allocation: a row that was written stays as it is'); END;
CREATE TRIGGER allocation_no_replace BEFORE INSERT ON "allocation"
WHEN EXISTS (SELECT 1 FROM "allocation" WHERE ("list" = NEW."list" AND "subject" = NEW."subject") OR ("list" = NEW."list" AND "stratum" = NEW."stratum" AND "slot" = NEW."slot"))
BEGIN SELECT RAISE(ABORT, 'allocation: there is such a row'); END;
CREATE TRIGGER allocation_note_no_delete BEFORE DELETE ON "allocation_note"
BEGIN SELECT RAISE(ABORT, 'allocation_note: no row is ever removed'); END;
CREATE TRIGGER allocation_note_no_update BEFORE UPDATE ON "allocation_note"
BEGIN SELECT RAISE(ABORT, 'allocation_note: a row that was written stays as it is'); END;
CREATE TRIGGER allocation_note_no_replace BEFORE INSERT ON "allocation_note"
WHEN EXISTS (SELECT 1 FROM "allocation_note" WHERE ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'allocation_note: there is such a row'); END;
CREATE TRIGGER deviation_no_delete BEFORE DELETE ON "deviation"
BEGIN SELECT RAISE(ABORT, 'deviation: no row is ever removed'); END;
CREATE TRIGGER deviation_no_update BEFORE UPDATE ON "deviation"
BEGIN SELECT RAISE(ABORT, 'deviation: a row that was written stays as it is'); END;
CREATE TRIGGER deviation_no_replace BEFORE INSERT ON "deviation"
WHEN EXISTS (SELECT 1 FROM "deviation" WHERE ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'deviation: there is such a row'); END;
CREATE TRIGGER disposition_no_delete BEFORE DELETE ON "disposition"
BEGIN SELECT RAISE(ABORT, 'disposition: no row is ever removed'); END;
CREATE TRIGGER disposition_no_update BEFORE UPDATE ON "disposition"
BEGIN SELECT RAISE(ABORT, 'disposition: a row that was written stays as it is'); END;
CREATE TRIGGER disposition_no_replace BEFORE INSERT ON "disposition"
WHEN EXISTS (SELECT 1 FROM "disposition" WHERE ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'disposition: there is such a row'); END;
CREATE TRIGGER dose_no_delete BEFORE DELETE ON "dose"
BEGIN SELECT RAISE(ABORT, 'dose: no row is ever removed'); END;
CREATE TRIGGER kit_no_delete BEFORE DELETE ON "kit"
BEGIN SELECT RAISE(ABORT, 'kit: no row is ever removed'); END;
CREATE TRIGGER signature_no_delete BEFORE DELETE ON "signature"
BEGIN SELECT RAISE(ABORT, 'signature: no row is ever removed'); END;
CREATE TRIGGER visit_no_delete BEFORE DELETE ON "visit"
BEGIN SELECT RAISE(ABORT, 'visit: no row is ever removed'); END;
CREATE TRIGGER form_no_delete BEFORE DELETE ON "form"
BEGIN SELECT RAISE(ABORT, 'form: no row is ever removed'); END;
CREATE TRIGGER query_no_delete BEFORE DELETE ON "query"
BEGIN SELECT RAISE(ABORT, 'query: no row is ever removed'); END;
CREATE TRIGGER sae_no_delete BEFORE DELETE ON "sae"
BEGIN SELECT RAISE(ABORT, 'sae: no row is ever removed'); END;
CREATE TRIGGER value_no_delete BEFORE DELETE ON "value"
BEGIN SELECT RAISE(ABORT, 'value: no row is ever removed'); END;
CREATE TRIGGER query_turn_no_delete BEFORE DELETE ON "query_turn"
BEGIN SELECT RAISE(ABORT, 'query_turn: no row is ever removed'); END;
CREATE TRIGGER query_turn_no_update BEFORE UPDATE ON "query_turn"
BEGIN SELECT RAISE(ABORT, 'query_turn: a row that was written stays as it is'); END;
CREATE TRIGGER query_turn_no_replace BEFORE INSERT ON "query_turn"
WHEN EXISTS (SELECT 1 FROM "query_turn" WHERE ("query" = NEW."query" AND "n" = NEW."n"))
BEGIN SELECT RAISE(ABORT, 'query_turn: there is such a row'); END;
CREATE TRIGGER sae_version_no_delete BEFORE DELETE ON "sae_version"
BEGIN SELECT RAISE(ABORT, 'sae_version: no row is ever removed'); END;
CREATE TRIGGER sae_version_no_update BEFORE UPDATE ON "sae_version"
BEGIN SELECT RAISE(ABORT, 'sae_version: a row that was written stays as it is'); END;
CREATE TRIGGER sae_version_no_replace BEFORE INSERT ON "sae_version"
WHEN EXISTS (SELECT 1 FROM "sae_version" WHERE ("sae" = NEW."sae" AND "n" = NEW."n"))
BEGIN SELECT RAISE(ABORT, 'sae_version: there is such a row'); END;
CREATE INDEX audit_subject ON audit (subject, chain, n);
CREATE INDEX form_of_subject ON "form" (subject);
CREATE INDEX visit_of_subject ON visit (subject);
CREATE INDEX dose_of_subject ON dose (subject);
CREATE INDEX query_of_subject ON query (subject);
CREATE INDEX disposition_of_subject ON disposition (subject);
CREATE INDEX deviation_of_subject ON deviation (subject);
CREATE INDEX signature_of_object ON signature (object);
CREATE INDEX allocation_note_of_subject ON allocation_note (subject);
CREATE INDEX sae_of_subject ON sae (subject);
CREATE INDEX subject_of_site ON subject (site);
CREATE INDEX grant_of_account ON "grant" (account);
CREATE TRIGGER audit_continues BEFORE INSERT ON audit
WHEN NOT EXISTS (SELECT 1 FROM chain WHERE id = NEW.chain AND n + 1 = NEW.n AND hash = NEW.prev)
    OR NEW.hash IS NOT equipoise_link(NEW.prev, NEW.chain, NEW.n, NEW.body)
BEGIN SELECT RAISE(ABORT, 'audit: the row does not continue its chain'); END;
CREATE TRIGGER audit_head AFTER INSERT ON audit
BEGIN UPDATE chain SET n = NEW.n, hash = NEW.hash, at = NEW.body ->> 'at'
    WHERE id = NEW.chain; END;
CREATE TRIGGER chain_follows BEFORE UPDATE ON chain
WHEN NEW.id <> OLD.id OR NEW.n <> OLD.n + 1 OR NOT EXISTS (SELECT 1 FROM audit
    WHERE chain = NEW.id AND n = NEW.n AND hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'chain: the head follows the audit alone'); END;
CREATE TRIGGER chain_begins BEFORE INSERT ON chain
WHEN NEW.n <> 0 OR EXISTS (SELECT 1 FROM chain WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'chain: begins once, and empty'); END;
COMMIT;
