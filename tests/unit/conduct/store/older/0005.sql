BEGIN TRANSACTION;
CREATE TABLE access (
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    account TEXT,
    address TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(account) REFERENCES account (id)
);
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
INSERT INTO "allocation" VALUES('test','A-001','["F","north"]',1,'b','47e10dc84ac28979d7dae45043d798dd','A','carl','2026-01-05T09:00:00.082000Z',NULL,NULL,NULL);
INSERT INTO "allocation" VALUES('test','B-001','["M","north"]',1,'b','7523a9e69e221aa41f9af35bcf08bd52','B','carl','2026-01-05T09:00:00.094000Z',NULL,NULL,NULL);
INSERT INTO "allocation" VALUES('test','A-002','["F","north"]',2,'a','e3ff3e06e5ea4c7eb69f0b2aeb025592','A','carl','2026-01-05T09:00:00.106000Z',NULL,NULL,NULL);
INSERT INTO "allocation" VALUES('test','B-002','["M","north"]',2,'b','03d04457acf09f368547694a980a9cb9','B','carl','2026-01-05T09:00:00.118000Z',NULL,NULL,NULL);
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
CREATE TABLE api_token (
    id TEXT NOT NULL,
    account TEXT NOT NULL,
    role TEXT NOT NULL,
    label TEXT NOT NULL,
    digest TEXT NOT NULL,
    from_at TEXT NOT NULL,
    until_at TEXT NOT NULL,
    by TEXT NOT NULL,
    revision INTEGER NOT NULL,
    site TEXT,
    ended_at TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(account) REFERENCES account (id),
    FOREIGN KEY(site) REFERENCES site (id)
);
CREATE TABLE attempt (
    who TEXT NOT NULL,
    failures INTEGER NOT NULL,
    until TEXT,
    PRIMARY KEY (who)
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
INSERT INTO "audit" VALUES('trial',1,'0000000000000000000000000000000000000000000000000000000000000000','{"at":"2026-01-05T09:00:00.003000Z","by":"adam","change":{"at":[null,"2026-01-05T09:00:00.003000Z"],"by":[null,"adam"],"digest":[null,"abce7bbf63cd4e0546a92221c94d4b52ff822d29adf8cefe65854d8bffaf4393"],"file":[null,{"sha256":"994659de87f727ddcde75df44314f31d7f367b3bff347e852f390530f29720c7"}],"id":[null,"1"],"resolved":[null,{"sha256":"7523ad4e7a2959623b8faf52c23188f6e8a3938e1409138e0e91f7cf9a40e753"}],"tested":[null,"equipoise 0.1.0"]},"command":"init","key":["1"],"role":"admin","table":"protocol_version","v":1}','809e78225ed1ba9c4ce86e9529ee6560f05b026b4dec8ade856a4398dcd9d640');
INSERT INTO "audit" VALUES('trial',2,'809e78225ed1ba9c4ce86e9529ee6560f05b026b4dec8ade856a4398dcd9d640','{"at":"2026-01-05T09:00:00.003000Z","by":"adam","change":{"id":[null,"trial"],"kind":[null,"test"],"name":[null,"T1"],"revision":[null,1],"state":[null,"built"],"version":[null,"1"]},"command":"init","key":["trial"],"role":"admin","table":"trial","v":1}','34889ca90c446ad85f6607c9e1187c7edd43e991c86604410d1ceb43d1ccb0a2');
INSERT INTO "audit" VALUES('trial',3,'34889ca90c446ad85f6607c9e1187c7edd43e991c86604410d1ceb43d1ccb0a2','{"at":"2026-01-05T09:00:00.003000Z","by":"adam","change":{"email":[null,""],"id":[null,"adam"],"name":[null,"adam"],"revision":[null,1],"state":[null,"active"]},"command":"init","key":["adam"],"role":"admin","table":"account","v":1}','82fe63acc9aaef4d6d7baf01f372b387bd3c99498e54e73857d3dcc222c793d0');
INSERT INTO "audit" VALUES('trial',4,'82fe63acc9aaef4d6d7baf01f372b387bd3c99498e54e73857d3dcc222c793d0','{"at":"2026-01-05T09:00:00.003000Z","by":"adam","change":{"account":[null,"adam"],"by":[null,"adam"],"from_at":[null,"2026-01-05T09:00:00.003000Z"],"id":[null,"G00001"],"revision":[null,1],"role":[null,"admin"]},"command":"init","key":["G00001"],"role":"admin","table":"grant","v":1}','9571c9098e870fd7147ee554067c7765c086025d28cc78992c2daa9e5d5ad2a0');
INSERT INTO "audit" VALUES('trial',5,'9571c9098e870fd7147ee554067c7765c086025d28cc78992c2daa9e5d5ad2a0','{"at":"2026-01-05T09:00:00.004000Z","by":"adam","change":{"cap":[null,null],"country":[null,null],"id":[null,"A"],"name":[null,"A"],"revision":[null,1],"state":[null,"planned"],"zone":[null,"UTC"]},"command":"open site","key":["A"],"role":"admin","table":"site","v":1}','eb1127af88c51f209bbe895f72bb8989ca0260341ea9e5b15139dbd95058c917');
INSERT INTO "audit" VALUES('trial',6,'eb1127af88c51f209bbe895f72bb8989ca0260341ea9e5b15139dbd95058c917','{"at":"2026-01-05T09:00:00.006000Z","by":"","command":"anchor","heads":{"site:A":[0,"0000000000000000000000000000000000000000000000000000000000000000"],"trial":[5,"eb1127af88c51f209bbe895f72bb8989ca0260341ea9e5b15139dbd95058c917"]},"role":"system","root":"d1554961be80dbb4a365631024cd2a64fb836e84a16aea02662f546860a168f3","rows":5,"table":"anchor","v":1}','032c6a5dd34a7fb96c2bb462a2c2aae3170bd5d2dd0b505d0ff7f9b3c8c3e01d');
INSERT INTO "audit" VALUES('trial',7,'032c6a5dd34a7fb96c2bb462a2c2aae3170bd5d2dd0b505d0ff7f9b3c8c3e01d','{"at":"2026-01-05T09:00:00.008000Z","by":"adam","change":{"approved_on":[null,"2026-01-05"],"by":[null,"adam"],"document_hash":[null,""],"from_at":[null,"2026-01-05T09:00:00.008000Z"],"site":[null,"A"],"version":[null,"1"]},"command":"approve version","key":["A","1"],"role":"admin","table":"site_version","v":1}','0c69d84cf80f88f0f59cf9b212f5d4ef67bb09a573d90ce42d2bf49db46ef652');
INSERT INTO "audit" VALUES('trial',8,'0c69d84cf80f88f0f59cf9b212f5d4ef67bb09a573d90ce42d2bf49db46ef652','{"at":"2026-01-05T09:00:00.008000Z","by":"adam","change":{"revision":[1,2],"state":["planned","approved"],"version":[null,"1"]},"command":"approve version","key":["A"],"role":"admin","table":"site","v":1}','4c6edab94cb8f633ff765bba561a849a4df7e089df27f270ae2d79cde048e38e');
INSERT INTO "audit" VALUES('trial',9,'4c6edab94cb8f633ff765bba561a849a4df7e089df27f270ae2d79cde048e38e','{"at":"2026-01-05T09:00:00.010000Z","by":"adam","change":{"revision":[2,3],"state":["approved","active"]},"command":"set site","key":["A"],"role":"admin","table":"site","v":1}','aaf0be4db7bcce1119a916105d8e3caf1e297a4a0811aa55714e3b357d74aebe');
INSERT INTO "audit" VALUES('trial',10,'aaf0be4db7bcce1119a916105d8e3caf1e297a4a0811aa55714e3b357d74aebe','{"at":"2026-01-05T09:00:00.012000Z","by":"adam","change":{"cap":[null,null],"country":[null,null],"id":[null,"B"],"name":[null,"B"],"revision":[null,1],"state":[null,"planned"],"zone":[null,"UTC"]},"command":"open site","key":["B"],"role":"admin","table":"site","v":1}','f165c5f342395c1240b315104f497759c059f6f19704719064529db5343d3e44');
INSERT INTO "audit" VALUES('trial',11,'f165c5f342395c1240b315104f497759c059f6f19704719064529db5343d3e44','{"at":"2026-01-05T09:00:00.014000Z","by":"adam","change":{"approved_on":[null,"2026-01-05"],"by":[null,"adam"],"document_hash":[null,""],"from_at":[null,"2026-01-05T09:00:00.014000Z"],"site":[null,"B"],"version":[null,"1"]},"command":"approve version","key":["B","1"],"role":"admin","table":"site_version","v":1}','065fa93221e78b73b726a88fec85542f4612439270bdae6d9c74d22e598354c1');
INSERT INTO "audit" VALUES('trial',12,'065fa93221e78b73b726a88fec85542f4612439270bdae6d9c74d22e598354c1','{"at":"2026-01-05T09:00:00.014000Z","by":"adam","change":{"revision":[1,2],"state":["planned","approved"],"version":[null,"1"]},"command":"approve version","key":["B"],"role":"admin","table":"site","v":1}','393faa6e789bce16d035de2ca7fdada484fa84a9f1f8a3e99828a181472a94d1');
INSERT INTO "audit" VALUES('trial',13,'393faa6e789bce16d035de2ca7fdada484fa84a9f1f8a3e99828a181472a94d1','{"at":"2026-01-05T09:00:00.016000Z","by":"adam","change":{"revision":[2,3],"state":["approved","active"]},"command":"set site","key":["B"],"role":"admin","table":"site","v":1}','88b3d7861e81245e7d1750a1f78285a2e68bdb75b4bf9eda04e1517538552967');
INSERT INTO "audit" VALUES('trial',14,'88b3d7861e81245e7d1750a1f78285a2e68bdb75b4bf9eda04e1517538552967','{"at":"2026-01-05T09:00:00.018000Z","by":"adam","change":{"email":[null,""],"id":[null,"carl"],"name":[null,"Carl"],"revision":[null,1],"state":[null,"active"]},"command":"open account","key":["carl"],"role":"admin","table":"account","v":1}','a4f78d564bbb56b5b4ed7f126bb024958077bc0bea5d99c7bebdb7fd81a6179a');
INSERT INTO "audit" VALUES('trial',15,'a4f78d564bbb56b5b4ed7f126bb024958077bc0bea5d99c7bebdb7fd81a6179a','{"at":"2026-01-05T09:00:00.020000Z","by":"adam","change":{"account":[null,"carl"],"by":[null,"adam"],"from_at":[null,"2026-01-05T09:00:00.020000Z"],"id":[null,"G00002"],"revision":[null,1],"role":[null,"coordinator"],"site":[null,"A"]},"command":"grant","key":["G00002"],"role":"admin","table":"grant","v":1}','7c79309bb0e912f250b7d21f8b4476f0cbc69cb3854b3b619e27bfbe05dfd0d4');
INSERT INTO "audit" VALUES('trial',16,'7c79309bb0e912f250b7d21f8b4476f0cbc69cb3854b3b619e27bfbe05dfd0d4','{"at":"2026-01-05T09:00:00.022000Z","by":"adam","change":{"account":[null,"carl"],"by":[null,"adam"],"from_at":[null,"2026-01-05T09:00:00.022000Z"],"id":[null,"G00003"],"revision":[null,1],"role":[null,"coordinator"],"site":[null,"B"]},"command":"grant","key":["G00003"],"role":"admin","table":"grant","v":1}','d7839b7f96038e8717a3b973c2e1c1ce35091a8a15b3b64abf80cfc6b9262796');
INSERT INTO "audit" VALUES('trial',17,'d7839b7f96038e8717a3b973c2e1c1ce35091a8a15b3b64abf80cfc6b9262796','{"at":"2026-01-05T09:00:00.024000Z","by":"adam","change":{"email":[null,""],"id":[null,"iris"],"name":[null,"Iris"],"revision":[null,1],"state":[null,"active"]},"command":"open account","key":["iris"],"role":"admin","table":"account","v":1}','6145c0810e134d1879f19ae3f9ac764754b740b3fc3d61cfd913156a7e0fe327');
INSERT INTO "audit" VALUES('trial',18,'6145c0810e134d1879f19ae3f9ac764754b740b3fc3d61cfd913156a7e0fe327','{"at":"2026-01-05T09:00:00.026000Z","by":"adam","change":{"account":[null,"iris"],"by":[null,"adam"],"from_at":[null,"2026-01-05T09:00:00.026000Z"],"id":[null,"G00004"],"revision":[null,1],"role":[null,"investigator"],"site":[null,"A"]},"command":"grant","key":["G00004"],"role":"admin","table":"grant","v":1}','8870ece5bb7c03a0a442d9321e048ea6095088c4b6154d6023721d19d08f2d52');
INSERT INTO "audit" VALUES('trial',19,'8870ece5bb7c03a0a442d9321e048ea6095088c4b6154d6023721d19d08f2d52','{"at":"2026-01-05T09:00:00.028000Z","by":"adam","change":{"account":[null,"iris"],"by":[null,"adam"],"from_at":[null,"2026-01-05T09:00:00.028000Z"],"id":[null,"G00005"],"revision":[null,1],"role":[null,"investigator"],"site":[null,"B"]},"command":"grant","key":["G00005"],"role":"admin","table":"grant","v":1}','51c1feef084a9e577513d1cf1298ab2e0379ba1113a76c79aa8db3188813f692');
INSERT INTO "audit" VALUES('trial',20,'51c1feef084a9e577513d1cf1298ab2e0379ba1113a76c79aa8db3188813f692','{"at":"2026-01-05T09:00:00.030000Z","by":"adam","change":{"email":[null,""],"id":[null,"phil"],"name":[null,"Phil"],"revision":[null,1],"state":[null,"active"]},"command":"open account","key":["phil"],"role":"admin","table":"account","v":1}','21a5e5fdd85f0e9d5622a9aaf8ba28699925acde85aa4c2f1961116481d7d026');
INSERT INTO "audit" VALUES('trial',21,'21a5e5fdd85f0e9d5622a9aaf8ba28699925acde85aa4c2f1961116481d7d026','{"at":"2026-01-05T09:00:00.032000Z","by":"adam","change":{"account":[null,"phil"],"by":[null,"adam"],"from_at":[null,"2026-01-05T09:00:00.032000Z"],"id":[null,"G00006"],"revision":[null,1],"role":[null,"pharmacist"],"site":[null,"A"]},"command":"grant","key":["G00006"],"role":"admin","table":"grant","v":1}','faa581e92ca540ba3ea3dcc20f4bde367e98354e9e7b9472e581097963f1d325');
INSERT INTO "audit" VALUES('trial',22,'faa581e92ca540ba3ea3dcc20f4bde367e98354e9e7b9472e581097963f1d325','{"at":"2026-01-05T09:00:00.034000Z","by":"adam","change":{"account":[null,"phil"],"by":[null,"adam"],"from_at":[null,"2026-01-05T09:00:00.034000Z"],"id":[null,"G00007"],"revision":[null,1],"role":[null,"pharmacist"],"site":[null,"B"]},"command":"grant","key":["G00007"],"role":"admin","table":"grant","v":1}','b588ed075b166b48acf6207c812802e7e7e1b88d55b83f7e1d8628aefe959fae');
INSERT INTO "audit" VALUES('trial',23,'b588ed075b166b48acf6207c812802e7e7e1b88d55b83f7e1d8628aefe959fae','{"at":"2026-01-05T09:00:00.036000Z","by":"adam","change":{"email":[null,""],"id":[null,"mona"],"name":[null,"Mona"],"revision":[null,1],"state":[null,"active"]},"command":"open account","key":["mona"],"role":"admin","table":"account","v":1}','912a8855538b5ecf71bc48151807a933fa4f5383d253f42b0c0e131bf3f1446b');
INSERT INTO "audit" VALUES('trial',24,'912a8855538b5ecf71bc48151807a933fa4f5383d253f42b0c0e131bf3f1446b','{"at":"2026-01-05T09:00:00.038000Z","by":"adam","change":{"account":[null,"mona"],"by":[null,"adam"],"from_at":[null,"2026-01-05T09:00:00.038000Z"],"id":[null,"G00008"],"revision":[null,1],"role":[null,"monitor"],"site":[null,"A"]},"command":"grant","key":["G00008"],"role":"admin","table":"grant","v":1}','7e3628872d2cf45d613fe61372c70865f2424358522aa696c73caacc4a65aaf0');
INSERT INTO "audit" VALUES('trial',25,'7e3628872d2cf45d613fe61372c70865f2424358522aa696c73caacc4a65aaf0','{"at":"2026-01-05T09:00:00.040000Z","by":"adam","change":{"account":[null,"mona"],"by":[null,"adam"],"from_at":[null,"2026-01-05T09:00:00.040000Z"],"id":[null,"G00009"],"revision":[null,1],"role":[null,"monitor"],"site":[null,"B"]},"command":"grant","key":["G00009"],"role":"admin","table":"grant","v":1}','3a02bca362133afb92e540904157e631e39186e471ccf09e3d4de5ef5612bf28');
INSERT INTO "audit" VALUES('trial',26,'3a02bca362133afb92e540904157e631e39186e471ccf09e3d4de5ef5612bf28','{"at":"2026-01-05T09:00:00.042000Z","by":"adam","change":{"email":[null,""],"id":[null,"dana"],"name":[null,"Dana"],"revision":[null,1],"state":[null,"active"]},"command":"open account","key":["dana"],"role":"admin","table":"account","v":1}','17d4cd0b1f45c7fbfb3f340c20e188344cd8a0aecba6bdda3fce357851a954b3');
INSERT INTO "audit" VALUES('trial',27,'17d4cd0b1f45c7fbfb3f340c20e188344cd8a0aecba6bdda3fce357851a954b3','{"at":"2026-01-05T09:00:00.044000Z","by":"adam","change":{"account":[null,"dana"],"by":[null,"adam"],"from_at":[null,"2026-01-05T09:00:00.044000Z"],"id":[null,"G00010"],"revision":[null,1],"role":[null,"data manager"],"site":[null,null]},"command":"grant","key":["G00010"],"role":"admin","table":"grant","v":1}','17e9fa1a6a2cdfeb8dcbf613f0d8fdff83d12f4ebd47991fdea894ed917b8388');
INSERT INTO "audit" VALUES('trial',28,'17e9fa1a6a2cdfeb8dcbf613f0d8fdff83d12f4ebd47991fdea894ed917b8388','{"at":"2026-01-05T09:00:00.046000Z","by":"adam","change":{"email":[null,""],"id":[null,"uma"],"name":[null,"Uma"],"revision":[null,1],"state":[null,"active"]},"command":"open account","key":["uma"],"role":"admin","table":"account","v":1}','2e68ee0427bf03d15a73d523aa74604dbe7116df9ae19ffa4aa42192b74243f2');
INSERT INTO "audit" VALUES('trial',29,'2e68ee0427bf03d15a73d523aa74604dbe7116df9ae19ffa4aa42192b74243f2','{"at":"2026-01-05T09:00:00.048000Z","by":"adam","change":{"account":[null,"uma"],"by":[null,"adam"],"from_at":[null,"2026-01-05T09:00:00.048000Z"],"id":[null,"G00011"],"revision":[null,1],"role":[null,"unblinded statistician"],"site":[null,null]},"command":"grant","key":["G00011"],"role":"admin","table":"grant","v":1}','7677b6999c0c1f6cf6a2dd80702bcc715d42f5fae5de3a614a36cf5fe26d7aef');
INSERT INTO "audit" VALUES('trial',30,'7677b6999c0c1f6cf6a2dd80702bcc715d42f5fae5de3a614a36cf5fe26d7aef','{"at":"2026-01-05T09:00:00.050000Z","by":"adam","change":{"email":[null,""],"id":[null,"ulf"],"name":[null,"Ulf"],"revision":[null,1],"state":[null,"active"]},"command":"open account","key":["ulf"],"role":"admin","table":"account","v":1}','12415bf4db0b30b8b7c1f87547a0ca6e0a3738fcbfa0b408e3809cd43a05fcbc');
INSERT INTO "audit" VALUES('trial',31,'12415bf4db0b30b8b7c1f87547a0ca6e0a3738fcbfa0b408e3809cd43a05fcbc','{"at":"2026-01-05T09:00:00.052000Z","by":"adam","change":{"account":[null,"ulf"],"by":[null,"adam"],"from_at":[null,"2026-01-05T09:00:00.052000Z"],"id":[null,"G00012"],"revision":[null,1],"role":[null,"unblinded statistician"],"site":[null,null]},"command":"grant","key":["G00012"],"role":"admin","table":"grant","v":1}','6c33ffb3c83e6bac5835ebfb423de079436eff85261dcfd0244d355676b74c7a');
INSERT INTO "audit" VALUES('trial',32,'6c33ffb3c83e6bac5835ebfb423de079436eff85261dcfd0244d355676b74c7a','{"at":"2026-01-05T09:00:00.054000Z","by":"adam","change":{"email":[null,""],"id":[null,"bert"],"name":[null,"Bert"],"revision":[null,1],"state":[null,"active"]},"command":"open account","key":["bert"],"role":"admin","table":"account","v":1}','2fff9f00f9928521e903889a5408b7656f9db866db9801bf7d9d6983a0fbdf5d');
INSERT INTO "audit" VALUES('trial',33,'2fff9f00f9928521e903889a5408b7656f9db866db9801bf7d9d6983a0fbdf5d','{"at":"2026-01-05T09:00:00.056000Z","by":"adam","change":{"account":[null,"bert"],"by":[null,"adam"],"from_at":[null,"2026-01-05T09:00:00.056000Z"],"id":[null,"G00013"],"revision":[null,1],"role":[null,"blinded statistician"],"site":[null,null]},"command":"grant","key":["G00013"],"role":"admin","table":"grant","v":1}','dddf66c76627dc5b8d7bd9cf9c9e3ceaf1605cfdcd43ae0dfc777af4ce9f2d2d');
INSERT INTO "audit" VALUES('trial',34,'dddf66c76627dc5b8d7bd9cf9c9e3ceaf1605cfdcd43ae0dfc777af4ce9f2d2d','{"at":"2026-01-05T09:00:00.058000Z","by":"adam","change":{"email":[null,""],"id":[null,"spike"],"name":[null,"Spike"],"revision":[null,1],"state":[null,"active"]},"command":"open account","key":["spike"],"role":"admin","table":"account","v":1}','e0d01649560cde75133ec33363b63885fae74bccd5dcdf6e5524cb56d364d62d');
INSERT INTO "audit" VALUES('trial',35,'e0d01649560cde75133ec33363b63885fae74bccd5dcdf6e5524cb56d364d62d','{"at":"2026-01-05T09:00:00.060000Z","by":"adam","change":{"account":[null,"spike"],"by":[null,"adam"],"from_at":[null,"2026-01-05T09:00:00.060000Z"],"id":[null,"G00014"],"revision":[null,1],"role":[null,"sponsor"],"site":[null,null]},"command":"grant","key":["G00014"],"role":"admin","table":"grant","v":1}','18786974c2aa4f9aab4c5215011d1be314aecb3f274e08e2b801eb45918de3ef');
INSERT INTO "audit" VALUES('trial',36,'18786974c2aa4f9aab4c5215011d1be314aecb3f274e08e2b801eb45918de3ef','{"at":"2026-01-05T09:00:00.062000Z","by":"adam","change":{"email":[null,""],"id":[null,"dsmb"],"name":[null,"Dsmb"],"revision":[null,1],"state":[null,"active"]},"command":"open account","key":["dsmb"],"role":"admin","table":"account","v":1}','2fa7c471579773cb1056d3ace645e3ff828d5fbea72581616a18d212c3af708e');
INSERT INTO "audit" VALUES('trial',37,'2fa7c471579773cb1056d3ace645e3ff828d5fbea72581616a18d212c3af708e','{"at":"2026-01-05T09:00:00.064000Z","by":"adam","change":{"account":[null,"dsmb"],"by":[null,"adam"],"from_at":[null,"2026-01-05T09:00:00.064000Z"],"id":[null,"G00015"],"revision":[null,1],"role":[null,"DSMB"],"site":[null,null]},"command":"grant","key":["G00015"],"role":"admin","table":"grant","v":1}','c4dddeb37e68b31165fe645afbc899ee9e51d887697f6752e9948db2c78e68b7');
INSERT INTO "audit" VALUES('trial',38,'c4dddeb37e68b31165fe645afbc899ee9e51d887697f6752e9948db2c78e68b7','{"at":"2026-01-05T09:00:00.066000Z","by":"ulf","change":{"at":[null,"2026-01-05T09:00:00.066000Z"],"by":[null,"ulf"],"commitment":[null,"50c94e6a26734bf3521ebdd6fd76399531eadde45fb55afbb3e6c86a7df39714"],"digest":[null,"70bf49b2604565b3bdc6d06851ba23e21f8f5e18b002fec177220488f0d5f995"],"id":[null,"L00001"],"key_id":[null,"0dd49c06ff09b5a53e00641100b71f1cc847b03a040f23e20480a974489712ee"],"kind":[null,"test"]},"command":"review list","key":["L00001"],"role":"unblinded statistician","table":"list_review","v":1}','6599aec772ef28f6a7aefba2ccf98126123465397be9f6b4f6827388d4ad1d2c');
INSERT INTO "audit" VALUES('trial',39,'6599aec772ef28f6a7aefba2ccf98126123465397be9f6b4f6827388d4ad1d2c','{"at":"2026-01-05T09:00:00.068000Z","by":"uma","change":{"allocation_digest":[null,"71a3207c4fa20a76eadfd09b37c28ecf952851905d4d80265cc236272bc1140b"],"at":[null,"2026-01-05T09:00:00.068000Z"],"by":[null,"uma"],"commitment":[null,"50c94e6a26734bf3521ebdd6fd76399531eadde45fb55afbb3e6c86a7df39714"],"entries":[null,300],"id":[null,"test"],"key_id":[null,"0dd49c06ff09b5a53e00641100b71f1cc847b03a040f23e20480a974489712ee"],"kind":[null,"test"],"method":[null,"permuted blocks"],"reviewed_by":[null,"ulf"],"salt_hash":[null,"6329259952da79eec816088b45f98ddc36981c1b610a3c5115dd29a82f2a7f71"]},"command":"activate list","key":["test"],"role":"unblinded statistician","table":"list","v":1}','2648b4ab7af43c2153573bbe60afe1d07d464a90643d2f016ab92d9fc6c17d10');
INSERT INTO "audit" VALUES('trial',40,'2648b4ab7af43c2153573bbe60afe1d07d464a90643d2f016ab92d9fc6c17d10','{"at":"2026-01-05T09:00:00.068000Z","by":"uma","change":{"at":[null,"2026-01-05T09:00:00.068000Z"],"by":[null,"uma"],"id":[null,"test activated"],"kind":[null,"activated"],"list":[null,"test"]},"command":"activate list","key":["test activated"],"role":"unblinded statistician","table":"list_event","v":1}','da3c1dcc729ccee14f252b5db836d62ce6bd067132a8b96aeed8b5f05eb2bedc');
INSERT INTO "audit" VALUES('trial',41,'da3c1dcc729ccee14f252b5db836d62ce6bd067132a8b96aeed8b5f05eb2bedc','{"at":"2026-01-05T09:00:00.068000Z","by":"uma","change":{"id":[null,"[\"F\",\"north\"]"],"list":[null,"test"],"next":[null,1],"revision":[null,1]},"command":"activate list","key":["test","[\"F\",\"north\"]"],"role":"unblinded statistician","table":"stratum","v":1}','dead416436c3b200b5c4bf895e7cc994372b95be2fbb31082376c761ee467263');
INSERT INTO "audit" VALUES('trial',42,'dead416436c3b200b5c4bf895e7cc994372b95be2fbb31082376c761ee467263','{"at":"2026-01-05T09:00:00.068000Z","by":"uma","change":{"id":[null,"[\"F\",\"south\"]"],"list":[null,"test"],"next":[null,1],"revision":[null,1]},"command":"activate list","key":["test","[\"F\",\"south\"]"],"role":"unblinded statistician","table":"stratum","v":1}','01018c7f2668e6cf2fe60f65df3e3e2f3353dc1cf61620cda4b0f2c2231cf172');
INSERT INTO "audit" VALUES('trial',43,'01018c7f2668e6cf2fe60f65df3e3e2f3353dc1cf61620cda4b0f2c2231cf172','{"at":"2026-01-05T09:00:00.068000Z","by":"uma","change":{"id":[null,"[\"M\",\"north\"]"],"list":[null,"test"],"next":[null,1],"revision":[null,1]},"command":"activate list","key":["test","[\"M\",\"north\"]"],"role":"unblinded statistician","table":"stratum","v":1}','fa009f5a54292433a043b134ad2b38ce825476ec07a1cc8bb4b24dbee9cc4114');
INSERT INTO "audit" VALUES('trial',44,'fa009f5a54292433a043b134ad2b38ce825476ec07a1cc8bb4b24dbee9cc4114','{"at":"2026-01-05T09:00:00.068000Z","by":"uma","change":{"id":[null,"[\"M\",\"south\"]"],"list":[null,"test"],"next":[null,1],"revision":[null,1]},"command":"activate list","key":["test","[\"M\",\"south\"]"],"role":"unblinded statistician","table":"stratum","v":1}','811e518d63a6557dc47846791ee64dc9ad6cee49d872e0adc19134597defe27d');
INSERT INTO "audit" VALUES('trial',45,'811e518d63a6557dc47846791ee64dc9ad6cee49d872e0adc19134597defe27d','{"at":"2026-01-05T09:00:00.070000Z","by":"spike","change":{"revision":[1,2],"state":["built","live"]},"command":"set trial","key":["trial"],"role":"sponsor","table":"trial","v":1}','d1d45f68a46afa2a44afc5a336170c05518b94548e50b537409fc1f98625fb34');
INSERT INTO "audit" VALUES('site:A',1,'0000000000000000000000000000000000000000000000000000000000000000','{"at":"2026-01-05T09:00:00.072000Z","by":"carl","change":{"id":[null,"A-001"],"number":[null,"001"],"revision":[null,1],"site":[null,"A"],"state":[null,"screened"],"version":[null,"1"],"year_of_birth":[null,null]},"command":"screen","key":["A-001"],"role":"coordinator","subject":"A-001","table":"subject","v":1}','c77817ada0f63db3221cdc8f3061fec38b1df6b1e0cd328d4504b286db71c0f8');
INSERT INTO "audit" VALUES('site:A',2,'c77817ada0f63db3221cdc8f3061fec38b1df6b1e0cd328d4504b286db71c0f8','{"at":"2026-01-05T09:00:00.074000Z","by":"carl","change":{"consented":[null,"2026-01-05"],"revision":[1,2]},"command":"consent","key":["A-001"],"role":"coordinator","subject":"A-001","table":"subject","v":1}','8ebe75e25ba2ca749ecf428e42a495dfbaac82c3882edbc0de8f5c40e3b89fa6');
INSERT INTO "audit" VALUES('site:A',3,'8ebe75e25ba2ca749ecf428e42a495dfbaac82c3882edbc0de8f5c40e3b89fa6','{"at":"2026-01-05T09:00:00.076000Z","by":"carl","change":{"id":[null,"A-001/F00001"],"key":[null,"baseline"],"revision":[null,1],"row":[null,1],"seq":[null,1],"state":[null,"entered"],"subject":[null,"A-001"],"version":[null,"1"],"visit":[null,null]},"command":"submit form","key":["A-001/F00001"],"role":"coordinator","subject":"A-001","table":"form","v":1,"values":[["AGE",null,["number","60",null,null]],["SEX",null,["text","F",null,null]],["KPS",null,["number","90",null,null]],["KI67",null,["number","3",null,null]],["UPTAKE",null,["text","grade 3",null,null]],["SSADUR",null,["text","more than 6 months",null,null]],["REGION",null,["text","north",null,null]]]}','22a6a6e3d6ec327dd085e5b55e52585f70d9b05fd26d3711fb85c7efcb3e6f0b');
INSERT INTO "audit" VALUES('site:A',4,'22a6a6e3d6ec327dd085e5b55e52585f70d9b05fd26d3711fb85c7efcb3e6f0b','{"at":"2026-01-05T09:00:00.078000Z","by":"iris","change":{"at":[null,"2026-01-05T09:00:00.078000Z"],"by":[null,"iris"],"digest":[null,"b6bdeaae36e300d0ad83f1420e4edff3e70005d6ff4b3f818484a6fcd7f6e7b6"],"id":[null,"A-001/F00001/S1"],"meaning":[null,"I have reviewed this and it is correct"],"name":[null,"Iris"],"object":[null,"A-001/F00001"],"revision":[null,1],"subject":[null,"A-001"]},"command":"sign","key":["A-001/F00001/S1"],"role":"investigator","subject":"A-001","table":"signature","v":1}','21d1ef5d5a704ac0ac8ccfdc9046bcf8a5add09eb43c11b6c8bcdc77531edb07');
INSERT INTO "audit" VALUES('site:A',5,'21d1ef5d5a704ac0ac8ccfdc9046bcf8a5add09eb43c11b6c8bcdc77531edb07','{"at":"2026-01-05T09:00:00.078000Z","by":"iris","change":{"revision":[1,2],"state":["entered","signed"]},"command":"sign","key":["A-001/F00001"],"role":"investigator","subject":"A-001","table":"form","v":1}','f94dbe40edc5b40b13d089c3dfe7cb658f914e5c8d2f6cc0a83df4775490f1db');
INSERT INTO "audit" VALUES('site:A',6,'f94dbe40edc5b40b13d089c3dfe7cb658f914e5c8d2f6cc0a83df4775490f1db','{"at":"2026-01-05T09:00:00.080000Z","by":"iris","change":{"id":[null,"A-001/F00002"],"key":[null,"eligibility"],"revision":[null,1],"row":[null,1],"seq":[null,2],"state":[null,"entered"],"subject":[null,"A-001"],"version":[null,"1"]},"command":"judge eligibility","key":["A-001/F00002"],"role":"investigator","subject":"A-001","table":"form","v":1,"values":[["date",null,["date","2026-01-05",null,null]],["I1",null,["truth","true",null,null]]]}','6864310f832b6fa7970f61afe74f9f66ba8a9c9a6c049e192f44f8b4f42fd925');
INSERT INTO "audit" VALUES('site:A',7,'6864310f832b6fa7970f61afe74f9f66ba8a9c9a6c049e192f44f8b4f42fd925','{"at":"2026-01-05T09:00:00.080000Z","by":"iris","change":{"revision":[2,3],"state":["screened","eligible"]},"command":"judge eligibility","key":["A-001"],"role":"investigator","subject":"A-001","table":"subject","v":1}','dcc4b49a133853041d6e800823ce101d09aa2b925a128963dd14e753537bdd32');
INSERT INTO "audit" VALUES('site:A',8,'dcc4b49a133853041d6e800823ce101d09aa2b925a128963dd14e753537bdd32','{"at":"2026-01-05T09:00:00.082000Z","by":"carl","change":{"arm":[null,{"sealed":"200a83f270f2cae704d44260db80a1d824859ecd7f370629bfec050d32e5d2e1"}],"at":[null,"2026-01-05T09:00:00.082000Z"],"by":[null,"carl"],"list":[null,"test"],"site":[null,"A"],"subject":[null,"A-001"]},"command":"randomize","key":["test","A-001"],"role":"coordinator","subject":"A-001","table":"allocation","v":1}','d1ed78f321680c57742023e02cdcb8e2af0dcc0a211d49d760dd2be0ac659b3a');
INSERT INTO "audit" VALUES('trial',46,'d1d45f68a46afa2a44afc5a336170c05518b94548e50b537409fc1f98625fb34','{"at":"2026-01-05T09:00:00.082000Z","by":"carl","change":{"drawn":[null,null],"slot":[null,1],"state_digest":[null,null],"stratum":[null,"[\"F\",\"north\"]"],"weights":[null,null]},"command":"randomize","key":["test","A-001"],"role":"coordinator","subject":"A-001","table":"allocation","v":1}','50a957ceedf1082233cde3215d0b9dd7f7bfb29cc8aedff1ff1e963fb5b54c21');
INSERT INTO "audit" VALUES('site:A',9,'d1ed78f321680c57742023e02cdcb8e2af0dcc0a211d49d760dd2be0ac659b3a','{"at":"2026-01-05T09:00:00.082000Z","by":"carl","change":{"randomized":[null,"2026-01-05T09:00:00.082000Z"],"revision":[3,4],"state":["eligible","randomized"]},"command":"randomize","key":["A-001"],"role":"coordinator","subject":"A-001","table":"subject","v":1}','da4152ac016a921e35eb6b224099e8c6393f010527838e149603562ee97b13a5');
INSERT INTO "audit" VALUES('trial',47,'50a957ceedf1082233cde3215d0b9dd7f7bfb29cc8aedff1ff1e963fb5b54c21','{"at":"2026-01-05T09:00:00.082000Z","by":"carl","change":{"next":[1,2],"revision":[1,2]},"command":"randomize","key":["test","[\"F\",\"north\"]"],"role":"coordinator","subject":"A-001","table":"stratum","v":1}','148da36899e0d7b42a9c621194c6255ce0243e5b174a945977e557a7dff571e9');
INSERT INTO "audit" VALUES('site:B',1,'0000000000000000000000000000000000000000000000000000000000000000','{"at":"2026-01-05T09:00:00.084000Z","by":"carl","change":{"id":[null,"B-001"],"number":[null,"001"],"revision":[null,1],"site":[null,"B"],"state":[null,"screened"],"version":[null,"1"],"year_of_birth":[null,null]},"command":"screen","key":["B-001"],"role":"coordinator","subject":"B-001","table":"subject","v":1}','515a77d6b7b8995dd5c59717fca7d7cdedff2abb2f88be5c7a1d672f6c54a039');
INSERT INTO "audit" VALUES('site:B',2,'515a77d6b7b8995dd5c59717fca7d7cdedff2abb2f88be5c7a1d672f6c54a039','{"at":"2026-01-05T09:00:00.086000Z","by":"carl","change":{"consented":[null,"2026-01-05"],"revision":[1,2]},"command":"consent","key":["B-001"],"role":"coordinator","subject":"B-001","table":"subject","v":1}','f7e9527b556d7548bdeb45350f6a035d680a0c1c1a663ab8dc04cb6f57467d53');
INSERT INTO "audit" VALUES('site:B',3,'f7e9527b556d7548bdeb45350f6a035d680a0c1c1a663ab8dc04cb6f57467d53','{"at":"2026-01-05T09:00:00.088000Z","by":"carl","change":{"id":[null,"B-001/F00001"],"key":[null,"baseline"],"revision":[null,1],"row":[null,1],"seq":[null,1],"state":[null,"entered"],"subject":[null,"B-001"],"version":[null,"1"],"visit":[null,null]},"command":"submit form","key":["B-001/F00001"],"role":"coordinator","subject":"B-001","table":"form","v":1,"values":[["AGE",null,["number","60",null,null]],["SEX",null,["text","M",null,null]],["KPS",null,["number","90",null,null]],["KI67",null,["number","3",null,null]],["UPTAKE",null,["text","grade 3",null,null]],["SSADUR",null,["text","more than 6 months",null,null]],["REGION",null,["text","north",null,null]]]}','e1ed9d1b45bfa1f502883671a3d615190c7389b0ee92603efada7d597ead8b5f');
INSERT INTO "audit" VALUES('site:B',4,'e1ed9d1b45bfa1f502883671a3d615190c7389b0ee92603efada7d597ead8b5f','{"at":"2026-01-05T09:00:00.090000Z","by":"iris","change":{"at":[null,"2026-01-05T09:00:00.090000Z"],"by":[null,"iris"],"digest":[null,"47ef83b09f9347d4653e693689724b6cf3b75ead644e6caf4274d91809c6343a"],"id":[null,"B-001/F00001/S1"],"meaning":[null,"I have reviewed this and it is correct"],"name":[null,"Iris"],"object":[null,"B-001/F00001"],"revision":[null,1],"subject":[null,"B-001"]},"command":"sign","key":["B-001/F00001/S1"],"role":"investigator","subject":"B-001","table":"signature","v":1}','89e50ec3ca5b009b58ee438c986eb17a17086c8817c032f6d3b5003f3e89af97');
INSERT INTO "audit" VALUES('site:B',5,'89e50ec3ca5b009b58ee438c986eb17a17086c8817c032f6d3b5003f3e89af97','{"at":"2026-01-05T09:00:00.090000Z","by":"iris","change":{"revision":[1,2],"state":["entered","signed"]},"command":"sign","key":["B-001/F00001"],"role":"investigator","subject":"B-001","table":"form","v":1}','0997007b9308efc08646e87b2a86730dcb29d8ee7a2e73569f36c212790a1e95');
INSERT INTO "audit" VALUES('site:B',6,'0997007b9308efc08646e87b2a86730dcb29d8ee7a2e73569f36c212790a1e95','{"at":"2026-01-05T09:00:00.092000Z","by":"iris","change":{"id":[null,"B-001/F00002"],"key":[null,"eligibility"],"revision":[null,1],"row":[null,1],"seq":[null,2],"state":[null,"entered"],"subject":[null,"B-001"],"version":[null,"1"]},"command":"judge eligibility","key":["B-001/F00002"],"role":"investigator","subject":"B-001","table":"form","v":1,"values":[["date",null,["date","2026-01-05",null,null]],["I1",null,["truth","true",null,null]]]}','75a972b1de89949dfb1095cf3cd8598aa7bad778a8c6bc46edbbfdd958ac0f37');
INSERT INTO "audit" VALUES('site:B',7,'75a972b1de89949dfb1095cf3cd8598aa7bad778a8c6bc46edbbfdd958ac0f37','{"at":"2026-01-05T09:00:00.092000Z","by":"iris","change":{"revision":[2,3],"state":["screened","eligible"]},"command":"judge eligibility","key":["B-001"],"role":"investigator","subject":"B-001","table":"subject","v":1}','90d4866c2979221c7a06a1acc395db5ec1f7570f44550f4f61a4f35384738b1c');
INSERT INTO "audit" VALUES('site:B',8,'90d4866c2979221c7a06a1acc395db5ec1f7570f44550f4f61a4f35384738b1c','{"at":"2026-01-05T09:00:00.094000Z","by":"carl","change":{"arm":[null,{"sealed":"f681b4223a8ea9279d15a6a86b050874d7e91ca9a64fa415a43a14605a6f924e"}],"at":[null,"2026-01-05T09:00:00.094000Z"],"by":[null,"carl"],"list":[null,"test"],"site":[null,"B"],"subject":[null,"B-001"]},"command":"randomize","key":["test","B-001"],"role":"coordinator","subject":"B-001","table":"allocation","v":1}','835cfaef1e5009ab1ad52cf319306bef9a4105abb55393f900d3a7a28335bd94');
INSERT INTO "audit" VALUES('trial',48,'148da36899e0d7b42a9c621194c6255ce0243e5b174a945977e557a7dff571e9','{"at":"2026-01-05T09:00:00.094000Z","by":"carl","change":{"drawn":[null,null],"slot":[null,1],"state_digest":[null,null],"stratum":[null,"[\"M\",\"north\"]"],"weights":[null,null]},"command":"randomize","key":["test","B-001"],"role":"coordinator","subject":"B-001","table":"allocation","v":1}','7ee47dc13426dd1b15d178265c61a77cdbc0befae07fb820b8ec27bc0836983a');
INSERT INTO "audit" VALUES('site:B',9,'835cfaef1e5009ab1ad52cf319306bef9a4105abb55393f900d3a7a28335bd94','{"at":"2026-01-05T09:00:00.094000Z","by":"carl","change":{"randomized":[null,"2026-01-05T09:00:00.094000Z"],"revision":[3,4],"state":["eligible","randomized"]},"command":"randomize","key":["B-001"],"role":"coordinator","subject":"B-001","table":"subject","v":1}','2d172686814cfdc95e6bd58940c190446842b9ad517ab7fcc88bbd42f08770fd');
INSERT INTO "audit" VALUES('trial',49,'7ee47dc13426dd1b15d178265c61a77cdbc0befae07fb820b8ec27bc0836983a','{"at":"2026-01-05T09:00:00.094000Z","by":"carl","change":{"next":[1,2],"revision":[1,2]},"command":"randomize","key":["test","[\"M\",\"north\"]"],"role":"coordinator","subject":"B-001","table":"stratum","v":1}','4bdf37038a74aeb6e45b144c0d1d97d35d0ff608832723fded92317491a324c7');
INSERT INTO "audit" VALUES('site:A',10,'da4152ac016a921e35eb6b224099e8c6393f010527838e149603562ee97b13a5','{"at":"2026-01-05T09:00:00.096000Z","by":"carl","change":{"id":[null,"A-002"],"number":[null,"002"],"revision":[null,1],"site":[null,"A"],"state":[null,"screened"],"version":[null,"1"],"year_of_birth":[null,null]},"command":"screen","key":["A-002"],"role":"coordinator","subject":"A-002","table":"subject","v":1}','8ab2700f26d782f2c9934f8e812a1dff176fed91792c8425fda88eb65848250b');
INSERT INTO "audit" VALUES('site:A',11,'8ab2700f26d782f2c9934f8e812a1dff176fed91792c8425fda88eb65848250b','{"at":"2026-01-05T09:00:00.098000Z","by":"carl","change":{"consented":[null,"2026-01-05"],"revision":[1,2]},"command":"consent","key":["A-002"],"role":"coordinator","subject":"A-002","table":"subject","v":1}','d6811352b4848ced314014eb939ab97ce1c674dc5c0231e04461a60ada2d11b4');
INSERT INTO "audit" VALUES('site:A',12,'d6811352b4848ced314014eb939ab97ce1c674dc5c0231e04461a60ada2d11b4','{"at":"2026-01-05T09:00:00.100000Z","by":"carl","change":{"id":[null,"A-002/F00001"],"key":[null,"baseline"],"revision":[null,1],"row":[null,1],"seq":[null,1],"state":[null,"entered"],"subject":[null,"A-002"],"version":[null,"1"],"visit":[null,null]},"command":"submit form","key":["A-002/F00001"],"role":"coordinator","subject":"A-002","table":"form","v":1,"values":[["AGE",null,["number","60",null,null]],["SEX",null,["text","F",null,null]],["KPS",null,["number","90",null,null]],["KI67",null,["number","3",null,null]],["UPTAKE",null,["text","grade 3",null,null]],["SSADUR",null,["text","more than 6 months",null,null]],["REGION",null,["text","north",null,null]]]}','7c302d06aeac751aa0ac5cce8b79d5429dc69e73eceeaeb4cc5ff4f16ff1b803');
INSERT INTO "audit" VALUES('site:A',13,'7c302d06aeac751aa0ac5cce8b79d5429dc69e73eceeaeb4cc5ff4f16ff1b803','{"at":"2026-01-05T09:00:00.102000Z","by":"iris","change":{"at":[null,"2026-01-05T09:00:00.102000Z"],"by":[null,"iris"],"digest":[null,"b6bdeaae36e300d0ad83f1420e4edff3e70005d6ff4b3f818484a6fcd7f6e7b6"],"id":[null,"A-002/F00001/S1"],"meaning":[null,"I have reviewed this and it is correct"],"name":[null,"Iris"],"object":[null,"A-002/F00001"],"revision":[null,1],"subject":[null,"A-002"]},"command":"sign","key":["A-002/F00001/S1"],"role":"investigator","subject":"A-002","table":"signature","v":1}','3699d46643ec187cc27d765c7e88316a18aa266ef6283021e19ee1fb87d4dd81');
INSERT INTO "audit" VALUES('site:A',14,'3699d46643ec187cc27d765c7e88316a18aa266ef6283021e19ee1fb87d4dd81','{"at":"2026-01-05T09:00:00.102000Z","by":"iris","change":{"revision":[1,2],"state":["entered","signed"]},"command":"sign","key":["A-002/F00001"],"role":"investigator","subject":"A-002","table":"form","v":1}','af6331079302460c96c4024406ecfb1548546194dfa595d098dd3fad45b02b85');
INSERT INTO "audit" VALUES('site:A',15,'af6331079302460c96c4024406ecfb1548546194dfa595d098dd3fad45b02b85','{"at":"2026-01-05T09:00:00.104000Z","by":"iris","change":{"id":[null,"A-002/F00002"],"key":[null,"eligibility"],"revision":[null,1],"row":[null,1],"seq":[null,2],"state":[null,"entered"],"subject":[null,"A-002"],"version":[null,"1"]},"command":"judge eligibility","key":["A-002/F00002"],"role":"investigator","subject":"A-002","table":"form","v":1,"values":[["date",null,["date","2026-01-05",null,null]],["I1",null,["truth","true",null,null]]]}','9f9e95b7f04be24eaeba2f658ffb9392613acc270b8f736a3b5a43dbdf7b6387');
INSERT INTO "audit" VALUES('site:A',16,'9f9e95b7f04be24eaeba2f658ffb9392613acc270b8f736a3b5a43dbdf7b6387','{"at":"2026-01-05T09:00:00.104000Z","by":"iris","change":{"revision":[2,3],"state":["screened","eligible"]},"command":"judge eligibility","key":["A-002"],"role":"investigator","subject":"A-002","table":"subject","v":1}','fecc6515d3b2dade9339d987b587add1777cc4af7069974862f5af9e277f758d');
INSERT INTO "audit" VALUES('site:A',17,'fecc6515d3b2dade9339d987b587add1777cc4af7069974862f5af9e277f758d','{"at":"2026-01-05T09:00:00.106000Z","by":"carl","change":{"arm":[null,{"sealed":"c743e49601408a51a16bbe2fc62698368028333c2f37dca90b6aa877ce99f0f2"}],"at":[null,"2026-01-05T09:00:00.106000Z"],"by":[null,"carl"],"list":[null,"test"],"site":[null,"A"],"subject":[null,"A-002"]},"command":"randomize","key":["test","A-002"],"role":"coordinator","subject":"A-002","table":"allocation","v":1}','3c53e34431d29a88618e0380928a77c2c7ec04bc973ac8e96addb2776f045662');
INSERT INTO "audit" VALUES('trial',50,'4bdf37038a74aeb6e45b144c0d1d97d35d0ff608832723fded92317491a324c7','{"at":"2026-01-05T09:00:00.106000Z","by":"carl","change":{"drawn":[null,null],"slot":[null,2],"state_digest":[null,null],"stratum":[null,"[\"F\",\"north\"]"],"weights":[null,null]},"command":"randomize","key":["test","A-002"],"role":"coordinator","subject":"A-002","table":"allocation","v":1}','fcf991da81e77311e8757f004838c9909159961ad0a09e376442c1ecfd4f607f');
INSERT INTO "audit" VALUES('site:A',18,'3c53e34431d29a88618e0380928a77c2c7ec04bc973ac8e96addb2776f045662','{"at":"2026-01-05T09:00:00.106000Z","by":"carl","change":{"randomized":[null,"2026-01-05T09:00:00.106000Z"],"revision":[3,4],"state":["eligible","randomized"]},"command":"randomize","key":["A-002"],"role":"coordinator","subject":"A-002","table":"subject","v":1}','5c3c91dfbdf143f3a265ce130be1abe6bf2b578f14c8898f4cee4afcb8bfb0bb');
INSERT INTO "audit" VALUES('trial',51,'fcf991da81e77311e8757f004838c9909159961ad0a09e376442c1ecfd4f607f','{"at":"2026-01-05T09:00:00.106000Z","by":"carl","change":{"next":[2,3],"revision":[2,3]},"command":"randomize","key":["test","[\"F\",\"north\"]"],"role":"coordinator","subject":"A-002","table":"stratum","v":1}','16810812e5e9f34ba553afa5c7913cb03868e60a2c28bfd466b1fc4df50f6dc2');
INSERT INTO "audit" VALUES('site:B',10,'2d172686814cfdc95e6bd58940c190446842b9ad517ab7fcc88bbd42f08770fd','{"at":"2026-01-05T09:00:00.108000Z","by":"carl","change":{"id":[null,"B-002"],"number":[null,"002"],"revision":[null,1],"site":[null,"B"],"state":[null,"screened"],"version":[null,"1"],"year_of_birth":[null,null]},"command":"screen","key":["B-002"],"role":"coordinator","subject":"B-002","table":"subject","v":1}','09d8d32939341ea20a4c44fbfd52ede530a22332c49d1812023f06f5810a0506');
INSERT INTO "audit" VALUES('site:B',11,'09d8d32939341ea20a4c44fbfd52ede530a22332c49d1812023f06f5810a0506','{"at":"2026-01-05T09:00:00.110000Z","by":"carl","change":{"consented":[null,"2026-01-05"],"revision":[1,2]},"command":"consent","key":["B-002"],"role":"coordinator","subject":"B-002","table":"subject","v":1}','479c31880609078b8f637fa6048d5d872525c73fba755c9ff906750930f5eaeb');
INSERT INTO "audit" VALUES('site:B',12,'479c31880609078b8f637fa6048d5d872525c73fba755c9ff906750930f5eaeb','{"at":"2026-01-05T09:00:00.112000Z","by":"carl","change":{"id":[null,"B-002/F00001"],"key":[null,"baseline"],"revision":[null,1],"row":[null,1],"seq":[null,1],"state":[null,"entered"],"subject":[null,"B-002"],"version":[null,"1"],"visit":[null,null]},"command":"submit form","key":["B-002/F00001"],"role":"coordinator","subject":"B-002","table":"form","v":1,"values":[["AGE",null,["number","60",null,null]],["SEX",null,["text","M",null,null]],["KPS",null,["number","90",null,null]],["KI67",null,["number","3",null,null]],["UPTAKE",null,["text","grade 3",null,null]],["SSADUR",null,["text","more than 6 months",null,null]],["REGION",null,["text","north",null,null]]]}','919bd70dc1010b1b43f3b35237bb728a88de8c24afc16d65fc6662e1fc94e2df');
INSERT INTO "audit" VALUES('site:B',13,'919bd70dc1010b1b43f3b35237bb728a88de8c24afc16d65fc6662e1fc94e2df','{"at":"2026-01-05T09:00:00.114000Z","by":"iris","change":{"at":[null,"2026-01-05T09:00:00.114000Z"],"by":[null,"iris"],"digest":[null,"47ef83b09f9347d4653e693689724b6cf3b75ead644e6caf4274d91809c6343a"],"id":[null,"B-002/F00001/S1"],"meaning":[null,"I have reviewed this and it is correct"],"name":[null,"Iris"],"object":[null,"B-002/F00001"],"revision":[null,1],"subject":[null,"B-002"]},"command":"sign","key":["B-002/F00001/S1"],"role":"investigator","subject":"B-002","table":"signature","v":1}','31d548364d36671f5517536732009e878830ae21cea8fa9d4fb943dee6c4d247');
INSERT INTO "audit" VALUES('site:B',14,'31d548364d36671f5517536732009e878830ae21cea8fa9d4fb943dee6c4d247','{"at":"2026-01-05T09:00:00.114000Z","by":"iris","change":{"revision":[1,2],"state":["entered","signed"]},"command":"sign","key":["B-002/F00001"],"role":"investigator","subject":"B-002","table":"form","v":1}','c5741650b2cc0d03c4685a9a25e0aab631cb7fadcc9f23915a16ccdd84e0edef');
INSERT INTO "audit" VALUES('site:B',15,'c5741650b2cc0d03c4685a9a25e0aab631cb7fadcc9f23915a16ccdd84e0edef','{"at":"2026-01-05T09:00:00.116000Z","by":"iris","change":{"id":[null,"B-002/F00002"],"key":[null,"eligibility"],"revision":[null,1],"row":[null,1],"seq":[null,2],"state":[null,"entered"],"subject":[null,"B-002"],"version":[null,"1"]},"command":"judge eligibility","key":["B-002/F00002"],"role":"investigator","subject":"B-002","table":"form","v":1,"values":[["date",null,["date","2026-01-05",null,null]],["I1",null,["truth","true",null,null]]]}','d09c5a9b2ab16b0a8a56898dfc7efe9c1c036081a8c986059feb8f101549bdb3');
INSERT INTO "audit" VALUES('site:B',16,'d09c5a9b2ab16b0a8a56898dfc7efe9c1c036081a8c986059feb8f101549bdb3','{"at":"2026-01-05T09:00:00.116000Z","by":"iris","change":{"revision":[2,3],"state":["screened","eligible"]},"command":"judge eligibility","key":["B-002"],"role":"investigator","subject":"B-002","table":"subject","v":1}','f05da3cda98f3b96f0c1c1afff7186127bf9616d9cca7871a05dddae8fb22c6a');
INSERT INTO "audit" VALUES('site:B',17,'f05da3cda98f3b96f0c1c1afff7186127bf9616d9cca7871a05dddae8fb22c6a','{"at":"2026-01-05T09:00:00.118000Z","by":"carl","change":{"arm":[null,{"sealed":"543f885157a85839011b312a33a3204f9efa77520e622c5b7526520eab154a88"}],"at":[null,"2026-01-05T09:00:00.118000Z"],"by":[null,"carl"],"list":[null,"test"],"site":[null,"B"],"subject":[null,"B-002"]},"command":"randomize","key":["test","B-002"],"role":"coordinator","subject":"B-002","table":"allocation","v":1}','e1f23bc5f79122b26dd2d9efb212a35bb6dc535c64e07419e53f67d426ac00a4');
INSERT INTO "audit" VALUES('trial',52,'16810812e5e9f34ba553afa5c7913cb03868e60a2c28bfd466b1fc4df50f6dc2','{"at":"2026-01-05T09:00:00.118000Z","by":"carl","change":{"drawn":[null,null],"slot":[null,2],"state_digest":[null,null],"stratum":[null,"[\"M\",\"north\"]"],"weights":[null,null]},"command":"randomize","key":["test","B-002"],"role":"coordinator","subject":"B-002","table":"allocation","v":1}','744c1ee62d72f3ef8499069b2d9a3cc4da9de2344dcd484e6831d2b491086039');
INSERT INTO "audit" VALUES('site:B',18,'e1f23bc5f79122b26dd2d9efb212a35bb6dc535c64e07419e53f67d426ac00a4','{"at":"2026-01-05T09:00:00.118000Z","by":"carl","change":{"randomized":[null,"2026-01-05T09:00:00.118000Z"],"revision":[3,4],"state":["eligible","randomized"]},"command":"randomize","key":["B-002"],"role":"coordinator","subject":"B-002","table":"subject","v":1}','2ab2fcd3563dafe931b930d92b0d3fdeafb6e5477e87295a7524d392721b1746');
INSERT INTO "audit" VALUES('trial',53,'744c1ee62d72f3ef8499069b2d9a3cc4da9de2344dcd484e6831d2b491086039','{"at":"2026-01-05T09:00:00.118000Z","by":"carl","change":{"next":[2,3],"revision":[2,3]},"command":"randomize","key":["test","[\"M\",\"north\"]"],"role":"coordinator","subject":"B-002","table":"stratum","v":1}','dfc959b3553f6f6f7f115c9c66f87051da2e834bb06d826a84f0dd053eb04777');
INSERT INTO "audit" VALUES('site:A',19,'5c3c91dfbdf143f3a265ce130be1abe6bf2b578f14c8898f4cee4afcb8bfb0bb','{"at":"2026-01-05T09:00:00.120000Z","by":"carl","change":{"id":[null,"A-003"],"number":[null,"003"],"revision":[null,1],"site":[null,"A"],"state":[null,"screened"],"version":[null,"1"],"year_of_birth":[null,null]},"command":"screen","key":["A-003"],"role":"coordinator","subject":"A-003","table":"subject","v":1}','235022e0428da7ad2a868aec959a79c57016761a13a3ca1c175b15548ae14b98');
INSERT INTO "audit" VALUES('site:A',20,'235022e0428da7ad2a868aec959a79c57016761a13a3ca1c175b15548ae14b98','{"at":"2026-01-05T09:00:00.122000Z","by":"carl","change":{"consented":[null,"2026-01-05"],"revision":[1,2]},"command":"consent","key":["A-003"],"role":"coordinator","subject":"A-003","table":"subject","v":1}','cc3b22ec9674ab676644f4b31688928ba09107d93c0fff83e721c5ed152d5230');
INSERT INTO "audit" VALUES('site:A',21,'cc3b22ec9674ab676644f4b31688928ba09107d93c0fff83e721c5ed152d5230','{"at":"2026-01-05T09:00:00.124000Z","by":"carl","change":{"id":[null,"A-003/F00001"],"key":[null,"baseline"],"revision":[null,1],"row":[null,1],"seq":[null,1],"state":[null,"entered"],"subject":[null,"A-003"],"version":[null,"1"],"visit":[null,null]},"command":"submit form","key":["A-003/F00001"],"role":"coordinator","subject":"A-003","table":"form","v":1,"values":[["AGE",null,["number","60",null,null]],["SEX",null,["text","F",null,null]],["KPS",null,["number","90",null,null]],["KI67",null,["number","3",null,null]],["UPTAKE",null,["text","grade 3",null,null]],["SSADUR",null,["text","more than 6 months",null,null]],["REGION",null,["text","north",null,null]]]}','8b3915574cd1d1e93d5fc929baf8232b0950cc6f5256b3d7859695e975cc4e82');
INSERT INTO "audit" VALUES('site:A',22,'8b3915574cd1d1e93d5fc929baf8232b0950cc6f5256b3d7859695e975cc4e82','{"at":"2026-01-05T09:00:00.126000Z","by":"iris","change":{"at":[null,"2026-01-05T09:00:00.126000Z"],"by":[null,"iris"],"digest":[null,"b6bdeaae36e300d0ad83f1420e4edff3e70005d6ff4b3f818484a6fcd7f6e7b6"],"id":[null,"A-003/F00001/S1"],"meaning":[null,"I have reviewed this and it is correct"],"name":[null,"Iris"],"object":[null,"A-003/F00001"],"revision":[null,1],"subject":[null,"A-003"]},"command":"sign","key":["A-003/F00001/S1"],"role":"investigator","subject":"A-003","table":"signature","v":1}','d35fa95ba8ae5dc4829c9b827a412be49fdbc6a670a1983a92d765ba196d89b1');
INSERT INTO "audit" VALUES('site:A',23,'d35fa95ba8ae5dc4829c9b827a412be49fdbc6a670a1983a92d765ba196d89b1','{"at":"2026-01-05T09:00:00.126000Z","by":"iris","change":{"revision":[1,2],"state":["entered","signed"]},"command":"sign","key":["A-003/F00001"],"role":"investigator","subject":"A-003","table":"form","v":1}','30050b875758cc3b61c4b43ec73af86e51676f89e955322589e2de4cb9426b53');
INSERT INTO "audit" VALUES('site:A',24,'30050b875758cc3b61c4b43ec73af86e51676f89e955322589e2de4cb9426b53','{"at":"2026-01-05T09:00:00.128000Z","by":"iris","change":{"id":[null,"A-003/F00002"],"key":[null,"eligibility"],"revision":[null,1],"row":[null,1],"seq":[null,2],"state":[null,"entered"],"subject":[null,"A-003"],"version":[null,"1"]},"command":"judge eligibility","key":["A-003/F00002"],"role":"investigator","subject":"A-003","table":"form","v":1,"values":[["date",null,["date","2026-01-05",null,null]],["I1",null,["truth","true",null,null]]]}','1df397b9f6b61b3e217174448d91d7c64b6f561d79916839aef773b4654c64c4');
INSERT INTO "audit" VALUES('site:A',25,'1df397b9f6b61b3e217174448d91d7c64b6f561d79916839aef773b4654c64c4','{"at":"2026-01-05T09:00:00.128000Z","by":"iris","change":{"revision":[2,3],"state":["screened","eligible"]},"command":"judge eligibility","key":["A-003"],"role":"investigator","subject":"A-003","table":"subject","v":1}','a2d96f56de5cb5f27f85aac5dee6bb4e5e592e6dfa18ae6c25c69f751744bbd2');
INSERT INTO "audit" VALUES('trial',54,'dfc959b3553f6f6f7f115c9c66f87051da2e834bb06d826a84f0dd053eb04777','{"at":"2026-01-05T09:00:00.130000Z","by":"","command":"anchor","heads":{"site:A":[25,"a2d96f56de5cb5f27f85aac5dee6bb4e5e592e6dfa18ae6c25c69f751744bbd2"],"site:B":[18,"2ab2fcd3563dafe931b930d92b0d3fdeafb6e5477e87295a7524d392721b1746"],"trial":[53,"dfc959b3553f6f6f7f115c9c66f87051da2e834bb06d826a84f0dd053eb04777"]},"role":"","root":"f24d32cc42d18b3e524c9c2d733cf557395ec3da09d16094599c88fbfdc41f3b","rows":91,"table":"anchor","v":1}','ffe128344f59bf7ad42687ab303ae36120aaa2fb6bb5982b89ef11ea31f51487');
CREATE TABLE chain (
    id TEXT NOT NULL,
    n INTEGER NOT NULL,
    hash TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (id)
);
INSERT INTO "chain" VALUES('trial',54,'ffe128344f59bf7ad42687ab303ae36120aaa2fb6bb5982b89ef11ea31f51487','2026-01-05T09:00:00.130000Z');
INSERT INTO "chain" VALUES('site:A',25,'a2d96f56de5cb5f27f85aac5dee6bb4e5e592e6dfa18ae6c25c69f751744bbd2','2026-01-05T09:00:00.128000Z');
INSERT INTO "chain" VALUES('site:B',18,'2ab2fcd3563dafe931b930d92b0d3fdeafb6e5477e87295a7524d392721b1746','2026-01-05T09:00:00.118000Z');
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
CREATE TABLE entrance (
    account TEXT NOT NULL,
    secret TEXT,
    totp TEXT,
    totp_step INTEGER,
    link TEXT,
    link_until TEXT,
    PRIMARY KEY (account),
    FOREIGN KEY(account) REFERENCES account (id)
);
CREATE TABLE envelope (
    list TEXT NOT NULL,
    stratum TEXT NOT NULL,
    slot INTEGER NOT NULL,
    batch TEXT NOT NULL,
    number INTEGER NOT NULL,
    site TEXT NOT NULL,
    state TEXT NOT NULL,
    "by" TEXT NOT NULL,
    at TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (list, stratum, slot),
    FOREIGN KEY(list) REFERENCES list (id),
    FOREIGN KEY(site) REFERENCES site (id)
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
INSERT INTO "grant" VALUES('G00002','carl','coordinator','2026-01-05T09:00:00.020000Z','adam',1,'A',NULL);
INSERT INTO "grant" VALUES('G00003','carl','coordinator','2026-01-05T09:00:00.022000Z','adam',1,'B',NULL);
INSERT INTO "grant" VALUES('G00004','iris','investigator','2026-01-05T09:00:00.026000Z','adam',1,'A',NULL);
INSERT INTO "grant" VALUES('G00005','iris','investigator','2026-01-05T09:00:00.028000Z','adam',1,'B',NULL);
INSERT INTO "grant" VALUES('G00006','phil','pharmacist','2026-01-05T09:00:00.032000Z','adam',1,'A',NULL);
INSERT INTO "grant" VALUES('G00007','phil','pharmacist','2026-01-05T09:00:00.034000Z','adam',1,'B',NULL);
INSERT INTO "grant" VALUES('G00008','mona','monitor','2026-01-05T09:00:00.038000Z','adam',1,'A',NULL);
INSERT INTO "grant" VALUES('G00009','mona','monitor','2026-01-05T09:00:00.040000Z','adam',1,'B',NULL);
INSERT INTO "grant" VALUES('G00010','dana','data manager','2026-01-05T09:00:00.044000Z','adam',1,NULL,NULL);
INSERT INTO "grant" VALUES('G00011','uma','unblinded statistician','2026-01-05T09:00:00.048000Z','adam',1,NULL,NULL);
INSERT INTO "grant" VALUES('G00012','ulf','unblinded statistician','2026-01-05T09:00:00.052000Z','adam',1,NULL,NULL);
INSERT INTO "grant" VALUES('G00013','bert','blinded statistician','2026-01-05T09:00:00.056000Z','adam',1,NULL,NULL);
INSERT INTO "grant" VALUES('G00014','spike','sponsor','2026-01-05T09:00:00.060000Z','adam',1,NULL,NULL);
INSERT INTO "grant" VALUES('G00015','dsmb','DSMB','2026-01-05T09:00:00.064000Z','adam',1,NULL,NULL);
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
INSERT INTO "idempotency" VALUES('adam','k2','d96645423c41b7e8396d403c790934339c68ad3f2d10e27690f65713f7681d5d','{"site":"A","version":"1"}','2026-01-05T09:00:00.008000Z');
INSERT INTO "idempotency" VALUES('adam','k3','c0105aa41616b5675918099fd7c50f072ffa1386b4bdd193723628fb10bf18c6','{"site":"A","state":"active"}','2026-01-05T09:00:00.010000Z');
INSERT INTO "idempotency" VALUES('adam','k4','4af66c152a18a7eb9a22b3b3f256f057db4d0a44adb8a382c428552fba111ece','{"site":"B","state":"planned"}','2026-01-05T09:00:00.012000Z');
INSERT INTO "idempotency" VALUES('adam','k5','8d3cdd8249c7060ee6f20e08cc7cbc020512244d8aef41570ab24a541df522d5','{"site":"B","version":"1"}','2026-01-05T09:00:00.014000Z');
INSERT INTO "idempotency" VALUES('adam','k6','ef14b713b64446612ed26115bbb2d142fab5f36bdc3b3004e70312e5f90484ec','{"site":"B","state":"active"}','2026-01-05T09:00:00.016000Z');
INSERT INTO "idempotency" VALUES('adam','k7','b8d71f55a7ec063578403e15c92faf6f6d1dfbd0a5fcd46b30c0b03fa36a121d','{"account":"carl"}','2026-01-05T09:00:00.018000Z');
INSERT INTO "idempotency" VALUES('adam','k8','d7165f46c6f04277fa73ea6df1cf6bd0388f5c6dda16988e3c35e8edbf4271e3','{"grant":"G00002"}','2026-01-05T09:00:00.020000Z');
INSERT INTO "idempotency" VALUES('adam','k9','e9c6ab4325f0f51a011cd9ba328560f6c3fdeb299d6e2d9d0dd99ed3751ae678','{"grant":"G00003"}','2026-01-05T09:00:00.022000Z');
INSERT INTO "idempotency" VALUES('adam','k10','25e7caa53ef3d284e5985828c00a36cc70c3c934570b309b309f44f20c02aee0','{"account":"iris"}','2026-01-05T09:00:00.024000Z');
INSERT INTO "idempotency" VALUES('adam','k11','2c3ae1a0194d2a4d35e7e3ef5835958776f1607cba5502de39872e7818b8709a','{"grant":"G00004"}','2026-01-05T09:00:00.026000Z');
INSERT INTO "idempotency" VALUES('adam','k12','825536d71e0bcc5fc9508d4af4932e338e4cb5961ab137fc7c75cbd8d821a0aa','{"grant":"G00005"}','2026-01-05T09:00:00.028000Z');
INSERT INTO "idempotency" VALUES('adam','k13','bfa8ba5d06a4dee4916b207729d4da80ccbd87924daa0aceb60793d1ce52b910','{"account":"phil"}','2026-01-05T09:00:00.030000Z');
INSERT INTO "idempotency" VALUES('adam','k14','e4df887c0bd9b905faa905c060aa18a6125421d61038027b49a2a88c3e633e96','{"grant":"G00006"}','2026-01-05T09:00:00.032000Z');
INSERT INTO "idempotency" VALUES('adam','k15','0e845c172d091bdff6dca8de3a7a932b57f0905642c199e7ba5efe49238b49c6','{"grant":"G00007"}','2026-01-05T09:00:00.034000Z');
INSERT INTO "idempotency" VALUES('adam','k16','129149c9bc6df09c97314a5a12f5de6b25984b34066226567b76e8ff12437b93','{"account":"mona"}','2026-01-05T09:00:00.036000Z');
INSERT INTO "idempotency" VALUES('adam','k17','df26ebd3164263a6f1a4b98cf784f11b9cbff7c0d7de32babd6ebcdc928532ec','{"grant":"G00008"}','2026-01-05T09:00:00.038000Z');
INSERT INTO "idempotency" VALUES('adam','k18','6fe5e265f8554b45dfc34a6451bade8711db87c34ab9e3969b212bd9a823ff55','{"grant":"G00009"}','2026-01-05T09:00:00.040000Z');
INSERT INTO "idempotency" VALUES('adam','k19','ab2970ef43e76fc4481a9ff0931a90f7c7a854a94d385e36e95f994d0025081a','{"account":"dana"}','2026-01-05T09:00:00.042000Z');
INSERT INTO "idempotency" VALUES('adam','k20','7aa3e8a0f2831730bf01c3844179657290004ef7461ab6cfce2a4fce1e1e87b2','{"grant":"G00010"}','2026-01-05T09:00:00.044000Z');
INSERT INTO "idempotency" VALUES('adam','k21','d1d14615d0a2efc00829949406844b9f1a80d8ea575c30e1b10e41ddb9aef7b6','{"account":"uma"}','2026-01-05T09:00:00.046000Z');
INSERT INTO "idempotency" VALUES('adam','k22','bc2c90892d48b7eb274f9a2a78f3c6344b30f41f51c438f62b973bc4259245a7','{"grant":"G00011"}','2026-01-05T09:00:00.048000Z');
INSERT INTO "idempotency" VALUES('adam','k23','d01e38b1fa0fdececb10b98bf6e478f42d2077468d279c42e564b64f329a4f58','{"account":"ulf"}','2026-01-05T09:00:00.050000Z');
INSERT INTO "idempotency" VALUES('adam','k24','5af2e7b225fc0030a470af33b07c8ddc25ddc53c782384e2d86a571f154dc3d2','{"grant":"G00012"}','2026-01-05T09:00:00.052000Z');
INSERT INTO "idempotency" VALUES('adam','k25','84ef6a5d4cf6d4d95e1aec53fc22480b026eba1b6c574eac9762f4011ce2ed21','{"account":"bert"}','2026-01-05T09:00:00.054000Z');
INSERT INTO "idempotency" VALUES('adam','k26','7cb92a9b1f286469f68278480741672a76a8767297acdcb2face9c4954375aff','{"grant":"G00013"}','2026-01-05T09:00:00.056000Z');
INSERT INTO "idempotency" VALUES('adam','k27','3b37ca797a077a752669e54fbb1f1724669de6dc9f05b64d31fccb239dec4858','{"account":"spike"}','2026-01-05T09:00:00.058000Z');
INSERT INTO "idempotency" VALUES('adam','k28','4d7d966fc3019f3cabbfc4ebc749c1fb6bb4a084ab39614d0fcfd6c6027d397e','{"grant":"G00014"}','2026-01-05T09:00:00.060000Z');
INSERT INTO "idempotency" VALUES('adam','k29','8bcb8cdda5d98b6adf7e514f0e37f9d9fdd495f6120da9ffcee63b5b677da2af','{"account":"dsmb"}','2026-01-05T09:00:00.062000Z');
INSERT INTO "idempotency" VALUES('adam','k30','d51fcbd8070b13074815a83ab8c0ca3dde07a93332e7325bd4adbe76907345f9','{"grant":"G00015"}','2026-01-05T09:00:00.064000Z');
INSERT INTO "idempotency" VALUES('ulf','k31','c640e202cd72c1e2601acc616e295b6a60b6b74a94e5d1ea1fd5e7b9936c5307','{"list":"test","review":["method permuted blocks, ratio 1:1, 4 strata","300 slots in each list, for 12 subjects","F, north: a 150, b 150","F, south: a 150, b 150","M, north: a 150, b 150","M, south: a 150, b 150"],"wrong":[]}','2026-01-05T09:00:00.066000Z');
INSERT INTO "idempotency" VALUES('uma','k32','74a87221630b6c00159abb92351ffb71845183f025d9c2855ef3405a5db1ecf5','{"commitment":"50c94e6a26734bf3521ebdd6fd76399531eadde45fb55afbb3e6c86a7df39714","list":"test"}','2026-01-05T09:00:00.068000Z');
INSERT INTO "idempotency" VALUES('spike','k33','a7cd0839f518e2ce9d1834b368d5db50587297cd47e61bb25bfb84caabeeae0e','{"state":"live","trial":"T1"}','2026-01-05T09:00:00.070000Z');
INSERT INTO "idempotency" VALUES('carl','k34','ab45d367284769f54939ea73e2539c4ca8395f88c343602f7cffe00b940b0147','{"state":"screened","subject":"A-001"}','2026-01-05T09:00:00.072000Z');
INSERT INTO "idempotency" VALUES('carl','k35','92f402d9b5b499ec963ef88c8b5ea13837e4ccfb78f13befec048a7edbe802a4','{"consented":"2026-01-05","subject":"A-001"}','2026-01-05T09:00:00.074000Z');
INSERT INTO "idempotency" VALUES('carl','k36','7b47735c0c6cb90c49f38eb7c20ff9ad519eef590cbfc053779680b5eedab994','{"forms":["A-001/F00001"],"state":"entered"}','2026-01-05T09:00:00.076000Z');
INSERT INTO "idempotency" VALUES('iris','k37','7aacf19eba8a01ef9ec0fa44d2c93c29f247ddd4ab3545205a536b825dda356d','{"digest":"b6bdeaae36e300d0ad83f1420e4edff3e70005d6ff4b3f818484a6fcd7f6e7b6","form":"A-001/F00001","name":"Iris","state":"signed"}','2026-01-05T09:00:00.078000Z');
INSERT INTO "idempotency" VALUES('iris','k38','22196dcda2c0599716e56dadc70dbb7e4d126d65e6476810bbaa5ff62a317b70','{"state":"eligible","subject":"A-001"}','2026-01-05T09:00:00.080000Z');
INSERT INTO "idempotency" VALUES('carl','k39','9330e416f5c53bfcfd2bd5c77d30c9390dd6f56ab0184bf5b5a7c79b84ef581d','{"list":"test","open":true,"subject":"A-001"}','2026-01-05T09:00:00.082000Z');
INSERT INTO "idempotency" VALUES('carl','k40','78ab7bef8c51665ec28abeabeee631668c015e73cfbccb2624385717b3e71264','{"state":"screened","subject":"B-001"}','2026-01-05T09:00:00.084000Z');
INSERT INTO "idempotency" VALUES('carl','k41','564bfb7025176576f0438c4b29aec13475a22ae8746d121395a2800f662f8baf','{"consented":"2026-01-05","subject":"B-001"}','2026-01-05T09:00:00.086000Z');
INSERT INTO "idempotency" VALUES('carl','k42','c2b43133644c602da72c7a0664787fc91c7050bec4a1b535e313eb85467c6eff','{"forms":["B-001/F00001"],"state":"entered"}','2026-01-05T09:00:00.088000Z');
INSERT INTO "idempotency" VALUES('iris','k43','cffabf00ffedeb73ce9e8dada09320cfc9d2bdc5f552625c68ab80797ac21ba3','{"digest":"47ef83b09f9347d4653e693689724b6cf3b75ead644e6caf4274d91809c6343a","form":"B-001/F00001","name":"Iris","state":"signed"}','2026-01-05T09:00:00.090000Z');
INSERT INTO "idempotency" VALUES('iris','k44','0bacc5107e6c39cb1a71738d134b74c6fe6cd1d3d18b2278c40414b5b359c4a3','{"state":"eligible","subject":"B-001"}','2026-01-05T09:00:00.092000Z');
INSERT INTO "idempotency" VALUES('carl','k45','60820248ffea8d5487bf2718a16af750efa67fd715fd27dc0f11896e3c642f62','{"list":"test","open":true,"subject":"B-001"}','2026-01-05T09:00:00.094000Z');
INSERT INTO "idempotency" VALUES('carl','k46','ab45d367284769f54939ea73e2539c4ca8395f88c343602f7cffe00b940b0147','{"state":"screened","subject":"A-002"}','2026-01-05T09:00:00.096000Z');
INSERT INTO "idempotency" VALUES('carl','k47','7ca721f7304a0053c1b54304de9e50ec09bb1d973be5a682ebefa4688ad1e827','{"consented":"2026-01-05","subject":"A-002"}','2026-01-05T09:00:00.098000Z');
INSERT INTO "idempotency" VALUES('carl','k48','c5cec1cff8f66037222deaa99f1bbf6f6f20ae483f552299a5980c4d749dacce','{"forms":["A-002/F00001"],"state":"entered"}','2026-01-05T09:00:00.100000Z');
INSERT INTO "idempotency" VALUES('iris','k49','4729d88d2665eee905e819423804461a4674551f589562a4385fa5865306c3b4','{"digest":"b6bdeaae36e300d0ad83f1420e4edff3e70005d6ff4b3f818484a6fcd7f6e7b6","form":"A-002/F00001","name":"Iris","state":"signed"}','2026-01-05T09:00:00.102000Z');
INSERT INTO "idempotency" VALUES('iris','k50','ebbc715cad50b744d744d5a81d60755408381b87ce36bf2dca8af02969b9ab4f','{"state":"eligible","subject":"A-002"}','2026-01-05T09:00:00.104000Z');
INSERT INTO "idempotency" VALUES('carl','k51','41ea7f70935e62c4687c67e785124caf5013aab3cd600815ad937f5dd3609ff5','{"list":"test","open":true,"subject":"A-002"}','2026-01-05T09:00:00.106000Z');
INSERT INTO "idempotency" VALUES('carl','k52','78ab7bef8c51665ec28abeabeee631668c015e73cfbccb2624385717b3e71264','{"state":"screened","subject":"B-002"}','2026-01-05T09:00:00.108000Z');
INSERT INTO "idempotency" VALUES('carl','k53','45281c00fd8fae824c48d1db2d390208e3e1ee224a94e46a47fcb141ef69c146','{"consented":"2026-01-05","subject":"B-002"}','2026-01-05T09:00:00.110000Z');
INSERT INTO "idempotency" VALUES('carl','k54','8d1694478b761f2aa7d272c648bfa79a83d5a1d62f85e28a5e696fcdc14877f6','{"forms":["B-002/F00001"],"state":"entered"}','2026-01-05T09:00:00.112000Z');
INSERT INTO "idempotency" VALUES('iris','k55','2cc8aa700fc2b3fb2ea6f7622a8c74752ba917791b26200f524442cd5c011e76','{"digest":"47ef83b09f9347d4653e693689724b6cf3b75ead644e6caf4274d91809c6343a","form":"B-002/F00001","name":"Iris","state":"signed"}','2026-01-05T09:00:00.114000Z');
INSERT INTO "idempotency" VALUES('iris','k56','fdf35fe6e5ec8e3575b7acfdfce40ae852c975d7a22a756d420d5bf398c44f75','{"state":"eligible","subject":"B-002"}','2026-01-05T09:00:00.116000Z');
INSERT INTO "idempotency" VALUES('carl','k57','52379135cb8ec9d6dc868e433ae48d52dd88d32495066441b3820c7f5d255d4f','{"list":"test","open":true,"subject":"B-002"}','2026-01-05T09:00:00.118000Z');
INSERT INTO "idempotency" VALUES('carl','k58','ab45d367284769f54939ea73e2539c4ca8395f88c343602f7cffe00b940b0147','{"state":"screened","subject":"A-003"}','2026-01-05T09:00:00.120000Z');
INSERT INTO "idempotency" VALUES('carl','k59','6ce059f320b1af7282a146bf7b0fc671fbe0c427e61d15ccf4cd8198a1f420d6','{"consented":"2026-01-05","subject":"A-003"}','2026-01-05T09:00:00.122000Z');
INSERT INTO "idempotency" VALUES('carl','k60','407900ff7ff810ae0a8b96ab253b150420e53051f6055031a84b07d6165b56f5','{"forms":["A-003/F00001"],"state":"entered"}','2026-01-05T09:00:00.124000Z');
INSERT INTO "idempotency" VALUES('iris','k61','7236ba590440218b4e7e8fee80ac34af1f26b3beaf742dfa08e187b2aac3a57c','{"digest":"b6bdeaae36e300d0ad83f1420e4edff3e70005d6ff4b3f818484a6fcd7f6e7b6","form":"A-003/F00001","name":"Iris","state":"signed"}','2026-01-05T09:00:00.126000Z');
INSERT INTO "idempotency" VALUES('iris','k62','d8c7c4c2136371e95a237624b27603dc8036c61fa11eaf6fb7b2565b63aa7cb6','{"state":"eligible","subject":"A-003"}','2026-01-05T09:00:00.128000Z');
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
INSERT INTO "list" VALUES('test','test','permuted blocks','71a3207c4fa20a76eadfd09b37c28ecf952851905d4d80265cc236272bc1140b','0dd49c06ff09b5a53e00641100b71f1cc847b03a040f23e20480a974489712ee','50c94e6a26734bf3521ebdd6fd76399531eadde45fb55afbb3e6c86a7df39714','6329259952da79eec816088b45f98ddc36981c1b610a3c5115dd29a82f2a7f71',300,'ulf','uma','2026-01-05T09:00:00.068000Z');
CREATE TABLE list_event (
    id TEXT NOT NULL,
    list TEXT NOT NULL,
    kind TEXT NOT NULL,
    "by" TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(list) REFERENCES list (id)
);
INSERT INTO "list_event" VALUES('test activated','test','activated','uma','2026-01-05T09:00:00.068000Z');
CREATE TABLE list_review (
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    digest TEXT NOT NULL,
    key_id TEXT NOT NULL,
    commitment TEXT NOT NULL,
    "by" TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (id)
);
INSERT INTO "list_review" VALUES('L00001','test','70bf49b2604565b3bdc6d06851ba23e21f8f5e18b002fec177220488f0d5f995','0dd49c06ff09b5a53e00641100b71f1cc847b03a040f23e20480a974489712ee','50c94e6a26734bf3521ebdd6fd76399531eadde45fb55afbb3e6c86a7df39714','ulf','2026-01-05T09:00:00.066000Z');
CREATE TABLE outbox (
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    address TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    due TEXT NOT NULL,
    tries INTEGER NOT NULL,
    sent TEXT,
    problem TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(account) REFERENCES account (id)
);
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
INSERT INTO "protocol_version" VALUES('1','abce7bbf63cd4e0546a92221c94d4b52ff822d29adf8cefe65854d8bffaf4393','the file','{
  "equipoise": "1",
  "trial": {
    "id": "T1",
    "title": "Small",
    "registers": {},
    "phase": "3",
    "masking": "open label",
    "framework": "superiority",
    "sponsor": "",
    "virtual": false,
    "version": "1",
    "in force": null,
    "amends": null,
    "first patient": null
  },
  "sources": {},
  "population": {
    "condition": "",
    "randomize": 12,
    "eligibility": {
      "include": [
        {
          "id": "I1",
          "text": "Adult",
          "rule": "AGE >= 18"
        }
      ],
      "exclude": []
    }
  },
  "arms": {
    "a": {
      "label": "Alpha",
      "role": "experimental",
      "code": "a",
      "give": []
    },
    "b": {
      "label": "Beta",
      "role": "control",
      "code": "b",
      "give": []
    }
  },
  "epochs": {},
  "visits": {},
  "allocation": {
    "ratio": "1:1",
    "method": "permuted blocks",
    "blocks": [
      4
    ],
    "strata": {
      "SEX": {
        "label": "SEX",
        "variable": "SEX",
        "randomized": "STRAT1R",
        "levels": [
          "F",
          "M"
        ]
      },
      "REGION": {
        "label": "REGION",
        "variable": "REGION",
        "randomized": "STRAT2R",
        "levels": [
          "north",
          "south"
        ]
      }
    },
    "minimization": null,
    "probability": null,
    "limit": null
  },
  "dates": {
    "alive": [
      {
        "from": "SV",
        "date": "SVSTDTC",
        "where": null,
        "impute": "nothing"
      },
      {
        "from": "EX",
        "date": "EXSTDTC",
        "where": null,
        "impute": "nothing"
      },
      {
        "from": "EX",
        "date": "EXENDTC",
        "where": null,
        "impute": "nothing"
      },
      {
        "from": "LB",
        "date": "LBDTC",
        "where": null,
        "impute": "nothing"
      },
      {
        "from": "VS",
        "date": "VSDTC",
        "where": null,
        "impute": "nothing"
      },
      {
        "from": "QS",
        "date": "QSDTC",
        "where": null,
        "impute": "nothing"
      },
      {
        "from": "TR",
        "date": "TRDTC",
        "where": null,
        "impute": "nothing"
      },
      {
        "from": "RS",
        "date": "RSDTC",
        "where": null,
        "impute": "nothing"
      },
      {
        "from": "DS",
        "date": "DSSTDTC",
        "where": "not DSDECOD = \"DEATH\"",
        "impute": "nothing"
      },
      {
        "from": "AE",
        "date": "AESTDTC",
        "where": null,
        "impute": "nothing"
      },
      {
        "from": "AE",
        "date": "AEENDTC",
        "where": "not AEOUT = \"FATAL\"",
        "impute": "nothing"
      },
      {
        "from": "CM",
        "date": "CMSTDTC",
        "where": null,
        "impute": "nothing"
      },
      {
        "from": "EG",
        "date": "EGDTC",
        "where": null,
        "impute": "nothing"
      },
      {
        "from": "DM",
        "date": "RFSTDTC",
        "where": null,
        "impute": "nothing"
      },
      {
        "from": "SS",
        "date": "SSDTC",
        "where": null,
        "impute": "nothing"
      }
    ],
    "death": "first, not before randomization or last known alive",
    "start": "first",
    "end": "last, not after death or cut-off",
    "adverse event": "first, not before first dose"
  },
  "questionnaires": {},
  "endpoints": {},
  "populations": {},
  "estimands": {},
  "subgroups": {},
  "safety": {
    "ctcae": null,
    "dictionary": "",
    "emergent from": "first dose",
    "emergent until": null,
    "initial grade": null,
    "impute": "whole date",
    "queries": {},
    "labs": [],
    "dosimetry": [],
    "lab source": "LB",
    "units": "as collected",
    "unit of": {},
    "population": "safety"
  },
  "design": {
    "alpha": 0.05,
    "sides": 2,
    "multiplicity": "none",
    "order": [],
    "graph": null
  },
  "assume": {
    "accrual": {
      "lasts": null,
      "start": null,
      "end": null,
      "rates": [],
      "periods": []
    },
    "follow up": null,
    "dropout": {},
    "strata": {}
  },
  "report": {
    "title": "Small",
    "look": null,
    "baseline": [],
    "published": [],
    "citation": ""
  },
  "provenance": {
    "/equipoise": {
      "kind": "yours"
    },
    "/trial/id": {
      "kind": "yours"
    },
    "/trial/title": {
      "kind": "yours"
    },
    "/trial/registers": {
      "kind": "default"
    },
    "/trial/phase": {
      "kind": "default"
    },
    "/trial/masking": {
      "kind": "yours"
    },
    "/trial/framework": {
      "kind": "default"
    },
    "/trial/sponsor": {
      "kind": "default"
    },
    "/trial/virtual": {
      "kind": "default"
    },
    "/trial/version": {
      "kind": "default"
    },
    "/trial/in force": {
      "kind": "default"
    },
    "/trial/amends": {
      "kind": "default"
    },
    "/trial/first patient": {
      "kind": "default"
    },
    "/sources": {
      "kind": "default"
    },
    "/population/condition": {
      "kind": "default"
    },
    "/population/randomize": {
      "kind": "yours"
    },
    "/population/eligibility/include/0/id": {
      "kind": "yours"
    },
    "/population/eligibility/include/0/text": {
      "kind": "yours"
    },
    "/population/eligibility/include/0/rule": {
      "kind": "yours"
    },
    "/population/eligibility/exclude": {
      "kind": "default"
    },
    "/arms/a/label": {
      "kind": "yours"
    },
    "/arms/a/role": {
      "kind": "yours"
    },
    "/arms/a/code": {
      "kind": "derived"
    },
    "/arms/a/give": {
      "kind": "default"
    },
    "/arms/b/label": {
      "kind": "yours"
    },
    "/arms/b/role": {
      "kind": "yours"
    },
    "/arms/b/code": {
      "kind": "derived"
    },
    "/arms/b/give": {
      "kind": "default"
    },
    "/epochs": {
      "kind": "default"
    },
    "/visits": {
      "kind": "default"
    },
    "/allocation/ratio": {
      "kind": "default"
    },
    "/allocation/method": {
      "kind": "default"
    },
    "/allocation/blocks/0": {
      "kind": "yours"
    },
    "/allocation/strata/SEX/label": {
      "kind": "derived"
    },
    "/allocation/strata/SEX/variable": {
      "kind": "derived"
    },
    "/allocation/strata/SEX/randomized": {
      "kind": "derived"
    },
    "/allocation/strata/SEX/levels/0": {
      "kind": "default"
    },
    "/allocation/strata/SEX/levels/1": {
      "kind": "default"
    },
    "/allocation/strata/REGION/label": {
      "kind": "derived"
    },
    "/allocation/strata/REGION/variable": {
      "kind": "derived"
    },
    "/allocation/strata/REGION/randomized": {
      "kind": "derived"
    },
    "/allocation/strata/REGION/levels/0": {
      "kind": "default"
    },
    "/allocation/strata/REGION/levels/1": {
      "kind": "default"
    },
    "/allocation/minimization": {
      "kind": "default"
    },
    "/allocation/probability": {
      "kind": "default"
    },
    "/allocation/limit": {
      "kind": "default"
    },
    "/dates/alive/0/from": {
      "kind": "default"
    },
    "/dates/alive/0/date": {
      "kind": "default"
    },
    "/dates/alive/0/where": {
      "kind": "default"
    },
    "/dates/alive/0/impute": {
      "kind": "default"
    },
    "/dates/alive/1/from": {
      "kind": "default"
    },
    "/dates/alive/1/date": {
      "kind": "default"
    },
    "/dates/alive/1/where": {
      "kind": "default"
    },
    "/dates/alive/1/impute": {
      "kind": "default"
    },
    "/dates/alive/2/from": {
      "kind": "default"
    },
    "/dates/alive/2/date": {
      "kind": "default"
    },
    "/dates/alive/2/where": {
      "kind": "default"
    },
    "/dates/alive/2/impute": {
      "kind": "default"
    },
    "/dates/alive/3/from": {
      "kind": "default"
    },
    "/dates/alive/3/date": {
      "kind": "default"
    },
    "/dates/alive/3/where": {
      "kind": "default"
    },
    "/dates/alive/3/impute": {
      "kind": "default"
    },
    "/dates/alive/4/from": {
      "kind": "default"
    },
    "/dates/alive/4/date": {
      "kind": "default"
    },
    "/dates/alive/4/where": {
      "kind": "default"
    },
    "/dates/alive/4/impute": {
      "kind": "default"
    },
    "/dates/alive/5/from": {
      "kind": "default"
    },
    "/dates/alive/5/date": {
      "kind": "default"
    },
    "/dates/alive/5/where": {
      "kind": "default"
    },
    "/dates/alive/5/impute": {
      "kind": "default"
    },
    "/dates/alive/6/from": {
      "kind": "default"
    },
    "/dates/alive/6/date": {
      "kind": "default"
    },
    "/dates/alive/6/where": {
      "kind": "default"
    },
    "/dates/alive/6/impute": {
      "kind": "default"
    },
    "/dates/alive/7/from": {
      "kind": "default"
    },
    "/dates/alive/7/date": {
      "kind": "default"
    },
    "/dates/alive/7/where": {
      "kind": "default"
    },
    "/dates/alive/7/impute": {
      "kind": "default"
    },
    "/dates/alive/8/from": {
      "kind": "default"
    },
    "/dates/alive/8/date": {
      "kind": "default"
    },
    "/dates/alive/8/where": {
      "kind": "default"
    },
    "/dates/alive/8/impute": {
      "kind": "default"
    },
    "/dates/alive/9/from": {
      "kind": "default"
    },
    "/dates/alive/9/date": {
      "kind": "default"
    },
    "/dates/alive/9/where": {
      "kind": "default"
    },
    "/dates/alive/9/impute": {
      "kind": "default"
    },
    "/dates/alive/10/from": {
      "kind": "default"
    },
    "/dates/alive/10/date": {
      "kind": "default"
    },
    "/dates/alive/10/where": {
      "kind": "default"
    },
    "/dates/alive/10/impute": {
      "kind": "default"
    },
    "/dates/alive/11/from": {
      "kind": "default"
    },
    "/dates/alive/11/date": {
      "kind": "default"
    },
    "/dates/alive/11/where": {
      "kind": "default"
    },
    "/dates/alive/11/impute": {
      "kind": "default"
    },
    "/dates/alive/12/from": {
      "kind": "default"
    },
    "/dates/alive/12/date": {
      "kind": "default"
    },
    "/dates/alive/12/where": {
      "kind": "default"
    },
    "/dates/alive/12/impute": {
      "kind": "default"
    },
    "/dates/alive/13/from": {
      "kind": "default"
    },
    "/dates/alive/13/date": {
      "kind": "default"
    },
    "/dates/alive/13/where": {
      "kind": "default"
    },
    "/dates/alive/13/impute": {
      "kind": "default"
    },
    "/dates/alive/14/from": {
      "kind": "default"
    },
    "/dates/alive/14/date": {
      "kind": "default"
    },
    "/dates/alive/14/where": {
      "kind": "default"
    },
    "/dates/alive/14/impute": {
      "kind": "default"
    },
    "/dates/death": {
      "kind": "default"
    },
    "/dates/start": {
      "kind": "default"
    },
    "/dates/end": {
      "kind": "default"
    },
    "/dates/adverse event": {
      "kind": "derived"
    },
    "/questionnaires": {
      "kind": "default"
    },
    "/endpoints": {
      "kind": "default"
    },
    "/populations": {
      "kind": "default"
    },
    "/estimands": {
      "kind": "default"
    },
    "/subgroups": {
      "kind": "default"
    },
    "/safety/ctcae": {
      "kind": "default"
    },
    "/safety/dictionary": {
      "kind": "default"
    },
    "/safety/emergent from": {
      "kind": "default"
    },
    "/safety/emergent until": {
      "kind": "default"
    },
    "/safety/initial grade": {
      "kind": "default"
    },
    "/safety/impute": {
      "kind": "default"
    },
    "/safety/queries": {
      "kind": "default"
    },
    "/safety/labs": {
      "kind": "default"
    },
    "/safety/dosimetry": {
      "kind": "default"
    },
    "/safety/lab source": {
      "kind": "default"
    },
    "/safety/units": {
      "kind": "default"
    },
    "/safety/unit of": {
      "kind": "default"
    },
    "/safety/population": {
      "kind": "default"
    },
    "/design/alpha": {
      "kind": "default"
    },
    "/design/sides": {
      "kind": "default"
    },
    "/design/multiplicity": {
      "kind": "default"
    },
    "/design/order": {
      "kind": "default"
    },
    "/design/graph": {
      "kind": "default"
    },
    "/assume/accrual/lasts": {
      "kind": "default"
    },
    "/assume/accrual/start": {
      "kind": "default"
    },
    "/assume/accrual/end": {
      "kind": "default"
    },
    "/assume/accrual/rates": {
      "kind": "default"
    },
    "/assume/accrual/periods": {
      "kind": "default"
    },
    "/assume/follow up": {
      "kind": "default"
    },
    "/assume/dropout": {
      "kind": "default"
    },
    "/assume/strata": {
      "kind": "default"
    },
    "/report/title": {
      "kind": "derived"
    },
    "/report/look": {
      "kind": "default"
    },
    "/report/baseline": {
      "kind": "default"
    },
    "/report/published": {
      "kind": "default"
    },
    "/report/citation": {
      "kind": "default"
    }
  }
}
','2026-01-05T09:00:00.003000Z','adam','equipoise 0.1.0');
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
CREATE TABLE session (
    token_hash TEXT NOT NULL,
    account TEXT NOT NULL,
    made TEXT NOT NULL,
    seen TEXT NOT NULL,
    address TEXT NOT NULL,
    ended TEXT,
    PRIMARY KEY (token_hash),
    FOREIGN KEY(account) REFERENCES account (id)
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
INSERT INTO "signature" VALUES('A-001/F00001/S1','A-001/F00001','b6bdeaae36e300d0ad83f1420e4edff3e70005d6ff4b3f818484a6fcd7f6e7b6','I have reviewed this and it is correct','Iris','iris','2026-01-05T09:00:00.078000Z',1,NULL,NULL,'A-001');
INSERT INTO "signature" VALUES('B-001/F00001/S1','B-001/F00001','47ef83b09f9347d4653e693689724b6cf3b75ead644e6caf4274d91809c6343a','I have reviewed this and it is correct','Iris','iris','2026-01-05T09:00:00.090000Z',1,NULL,NULL,'B-001');
INSERT INTO "signature" VALUES('A-002/F00001/S1','A-002/F00001','b6bdeaae36e300d0ad83f1420e4edff3e70005d6ff4b3f818484a6fcd7f6e7b6','I have reviewed this and it is correct','Iris','iris','2026-01-05T09:00:00.102000Z',1,NULL,NULL,'A-002');
INSERT INTO "signature" VALUES('B-002/F00001/S1','B-002/F00001','47ef83b09f9347d4653e693689724b6cf3b75ead644e6caf4274d91809c6343a','I have reviewed this and it is correct','Iris','iris','2026-01-05T09:00:00.114000Z',1,NULL,NULL,'B-002');
INSERT INTO "signature" VALUES('A-003/F00001/S1','A-003/F00001','b6bdeaae36e300d0ad83f1420e4edff3e70005d6ff4b3f818484a6fcd7f6e7b6','I have reviewed this and it is correct','Iris','iris','2026-01-05T09:00:00.126000Z',1,NULL,NULL,'A-003');
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
INSERT INTO "site_version" VALUES('A','1','2026-01-05','','2026-01-05T09:00:00.008000Z','adam');
INSERT INTO "site_version" VALUES('B','1','2026-01-05','','2026-01-05T09:00:00.014000Z','adam');
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
INSERT INTO "subject" VALUES('A-001','A','001','1','randomized',4,'2026-01-05','2026-01-05T09:00:00.082000Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "subject" VALUES('B-001','B','001','1','randomized',4,'2026-01-05','2026-01-05T09:00:00.094000Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "subject" VALUES('A-002','A','002','1','randomized',4,'2026-01-05','2026-01-05T09:00:00.106000Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "subject" VALUES('B-002','B','002','1','randomized',4,'2026-01-05','2026-01-05T09:00:00.118000Z',NULL,NULL,NULL,NULL,NULL);
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
CREATE TRIGGER list_review_no_delete BEFORE DELETE ON "list_review"
BEGIN SELECT RAISE(ABORT, 'list_review: no row is ever removed'); END;
CREATE TRIGGER list_review_no_update BEFORE UPDATE ON "list_review"
BEGIN SELECT RAISE(ABORT, 'list_review: a row that was written stays as it is'); END;
CREATE TRIGGER list_review_no_replace BEFORE INSERT ON "list_review"
WHEN EXISTS (SELECT 1 FROM "list_review" WHERE ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'list_review: there is such a row'); END;
CREATE TRIGGER envelope_no_delete BEFORE DELETE ON "envelope"
BEGIN SELECT RAISE(ABORT, 'envelope: no row is ever removed'); END;
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
CREATE TRIGGER access_no_delete BEFORE DELETE ON "access"
BEGIN SELECT RAISE(ABORT, 'access: no row is ever removed'); END;
CREATE TRIGGER access_no_update BEFORE UPDATE ON "access"
BEGIN SELECT RAISE(ABORT, 'access: a row that was written stays as it is'); END;
CREATE TRIGGER access_no_replace BEFORE INSERT ON "access"
WHEN EXISTS (SELECT 1 FROM "access" WHERE ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'access: there is such a row'); END;
CREATE TRIGGER entrance_no_delete BEFORE DELETE ON "entrance"
BEGIN SELECT RAISE(ABORT, 'entrance: no row is ever removed'); END;
CREATE TRIGGER session_no_delete BEFORE DELETE ON "session"
BEGIN SELECT RAISE(ABORT, 'session: no row is ever removed'); END;
CREATE TRIGGER attempt_no_delete BEFORE DELETE ON "attempt"
BEGIN SELECT RAISE(ABORT, 'attempt: no row is ever removed'); END;
CREATE INDEX session_of_account ON session (account);
CREATE TRIGGER api_token_no_delete BEFORE DELETE ON "api_token"
BEGIN SELECT RAISE(ABORT, 'api_token: no row is ever removed'); END;
CREATE INDEX api_token_of_digest ON api_token (digest);
CREATE INDEX api_token_of_account ON api_token (account);
CREATE TRIGGER outbox_no_delete BEFORE DELETE ON "outbox"
BEGIN SELECT RAISE(ABORT, 'outbox: no row is ever removed'); END;
CREATE INDEX outbox_due ON outbox (sent, due);
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
