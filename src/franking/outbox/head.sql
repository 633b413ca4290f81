CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE message (
	number INTEGER NOT NULL,
	seller VARCHAR(64) NOT NULL,
	order_id VARCHAR(32) NOT NULL,
	kind VARCHAR(64) NOT NULL,
	state VARCHAR(16) NOT NULL,
	batch VARCHAR(32) NOT NULL,
	sender VARCHAR(254) NOT NULL,
	recipient VARCHAR(254),
	message_id VARCHAR(200) NOT NULL,
	reply TEXT DEFAULT '' NOT NULL,
	attempts INTEGER DEFAULT '0' NOT NULL,
	created_at DATETIME NOT NULL,
	updated_at DATETIME NOT NULL, due_at DATETIME, recipient_digest VARCHAR(64) DEFAULT '' NOT NULL, lease BIGINT, block INTEGER, place INTEGER, length INTEGER, threaded BOOLEAN DEFAULT 0 NOT NULL, size INTEGER, facts INTEGER, claimed_at DATETIME, replaced_at DATETIME, not_after DATETIME, open_until DATETIME, condition INTEGER, reason VARCHAR(40) DEFAULT '' NOT NULL,
	PRIMARY KEY (number),
	CONSTRAINT one_message_per_key UNIQUE (seller, order_id, kind)
);
CREATE TABLE attempt (
	number INTEGER NOT NULL,
	message INTEGER NOT NULL,
	at DATETIME NOT NULL,
	state VARCHAR(16) NOT NULL,
	reply TEXT NOT NULL, connection VARCHAR(64) DEFAULT '' NOT NULL,
	PRIMARY KEY (number),
	FOREIGN KEY(message) REFERENCES message (number)
);
CREATE INDEX ix_attempt_message ON attempt (message);
CREATE INDEX by_message_id ON message (message_id);
CREATE TABLE suppression (
	number INTEGER NOT NULL,
	seller VARCHAR(64) NOT NULL,
	digest VARCHAR(64) NOT NULL,
	reason VARCHAR(16) NOT NULL,
	since DATETIME NOT NULL,
	PRIMARY KEY (number),
	CONSTRAINT one_suppression_per_address UNIQUE (seller, digest)
);
CREATE INDEX by_lease ON message (lease) WHERE lease IS NOT NULL;
CREATE TABLE allowance (
	scope VARCHAR(300) NOT NULL,
	next_at FLOAT DEFAULT '0' NOT NULL,
	first_day DATE NOT NULL,
	day DATE NOT NULL,
	used INTEGER DEFAULT '0' NOT NULL,
	PRIMARY KEY (scope)
);
CREATE INDEX by_state_due ON message (state, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX by_state_batch ON message (state, batch, due_at, number);
CREATE TABLE block (
	number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	messages INTEGER NOT NULL,
	packed BLOB NOT NULL
);
CREATE TABLE facts (
	number INTEGER NOT NULL,
	digest VARCHAR(64) NOT NULL,
	packed BLOB NOT NULL,
	PRIMARY KEY (number),
	UNIQUE (digest)
);
CREATE TABLE stop (
	number INTEGER NOT NULL,
	seller VARCHAR(64) NOT NULL,
	kind VARCHAR(64) NOT NULL,
	reason TEXT NOT NULL,
	since DATETIME NOT NULL,
	notice VARCHAR(64) NOT NULL,
	lifted_at DATETIME,
	PRIMARY KEY (number),
	CONSTRAINT one_stop_per_notice UNIQUE (seller, kind, notice)
);
CREATE TABLE feed (
	number INTEGER NOT NULL,
	seller VARCHAR(64) NOT NULL,
	type VARCHAR(64) NOT NULL,
	marketplace VARCHAR(32) NOT NULL,
	state VARCHAR(16) NOT NULL,
	content_type VARCHAR(64) NOT NULL,
	digest VARCHAR(64) NOT NULL,
	document BLOB,
	document_id VARCHAR(200) DEFAULT '' NOT NULL,
	feed_id VARCHAR(200) DEFAULT '' NOT NULL,
	report_id VARCHAR(200) DEFAULT '' NOT NULL,
	reply TEXT DEFAULT '' NOT NULL,
	created_at DATETIME NOT NULL,
	updated_at DATETIME NOT NULL,
	submitted_at DATETIME,
	PRIMARY KEY (number)
);
CREATE INDEX by_seller_state ON feed (seller, state);
CREATE TABLE feed_step (
	number INTEGER NOT NULL,
	feed INTEGER NOT NULL,
	at DATETIME NOT NULL,
	state VARCHAR(16) NOT NULL,
	reply TEXT NOT NULL,
	PRIMARY KEY (number),
	FOREIGN KEY(feed) REFERENCES feed (number)
);
CREATE INDEX ix_feed_step_feed ON feed_step (feed);
CREATE TABLE feed_line (
	number INTEGER NOT NULL,
	feed INTEGER NOT NULL,
	place INTEGER NOT NULL,
	seller VARCHAR(64) NOT NULL,
	order_id VARCHAR(32) NOT NULL,
	subject VARCHAR(120) NOT NULL,
	state VARCHAR(16) NOT NULL,
	code VARCHAR(64) DEFAULT '' NOT NULL,
	reply TEXT DEFAULT '' NOT NULL,
	live INTEGER,
	PRIMARY KEY (number),
	CONSTRAINT one_live_line_per_subject UNIQUE (seller, order_id, subject, live),
	FOREIGN KEY(feed) REFERENCES feed (number)
);
CREATE INDEX ix_feed_line_feed ON feed_line (feed);
CREATE TABLE condition (
	number INTEGER NOT NULL,
	document TEXT NOT NULL,
	PRIMARY KEY (number),
	UNIQUE (document)
);
CREATE TABLE cap (
	seller VARCHAR(64) NOT NULL,
	kind VARCHAR(64) NOT NULL,
	daily INTEGER NOT NULL,
	zone VARCHAR(64) NOT NULL,
	day DATE NOT NULL,
	used INTEGER DEFAULT '0' NOT NULL,
	PRIMARY KEY (seller, kind)
);
