CREATE TABLE profile (
	name TEXT NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY (name)
)
 STRICT;

CREATE TABLE connection (
	"key" TEXT NOT NULL,
	name TEXT NOT NULL,
	platform TEXT NOT NULL,
	adapter TEXT NOT NULL,
	url TEXT DEFAULT '' NOT NULL,
	user TEXT DEFAULT '' NOT NULL,
	server TEXT DEFAULT '' NOT NULL,
	account TEXT DEFAULT '' NOT NULL,
	us TEXT DEFAULT '' NOT NULL,
	since_ms INTEGER DEFAULT 0 NOT NULL,
	start_line_ms INTEGER DEFAULT 0 NOT NULL,
	settings TEXT DEFAULT '{}' NOT NULL,
	paused INTEGER DEFAULT 0 NOT NULL,
	created_at_ms INTEGER NOT NULL,
	removed_at_ms INTEGER,
	PRIMARY KEY ("key")
)
 STRICT;

CREATE TABLE space_choice (
	space TEXT NOT NULL,
	followed INTEGER NOT NULL,
	PRIMARY KEY (space)
)
 STRICT;

CREATE TABLE event (
	seq INTEGER NOT NULL,
	"key" TEXT NOT NULL,
	origin TEXT NOT NULL,
	origin_seq INTEGER NOT NULL,
	hlc INTEGER NOT NULL,
	at_ms INTEGER NOT NULL,
	"by" TEXT NOT NULL,
	thread TEXT NOT NULL,
	message TEXT,
	seen_version TEXT DEFAULT '' NOT NULL,
	what TEXT NOT NULL,
	undoes TEXT,
	payload TEXT DEFAULT '{}' NOT NULL,
	payload_hash TEXT NOT NULL,
	chain TEXT NOT NULL,
	PRIMARY KEY (seq),
	UNIQUE (origin, origin_seq)
)
 STRICT;

CREATE INDEX event_by ON event ("by", hlc);

CREATE UNIQUE INDEX event_key ON event ("key");

CREATE INDEX event_undoes ON event (undoes) WHERE undoes IS NOT NULL;

CREATE INDEX event_thread ON event (thread);

CREATE TABLE fresh (
	thread TEXT NOT NULL,
	seq INTEGER NOT NULL,
	state TEXT NOT NULL,
	level INTEGER NOT NULL,
	due_at_ms INTEGER NOT NULL,
	next_stage_at_ms INTEGER,
	reasons TEXT NOT NULL,
	kinds INTEGER NOT NULL,
	reports INTEGER NOT NULL,
	held INTEGER NOT NULL,
	unread INTEGER NOT NULL,
	assignee TEXT NOT NULL,
	tags TEXT NOT NULL,
	snoozed_until_ms INTEGER,
	decided_at_ms INTEGER NOT NULL,
	PRIMARY KEY (thread)
)
 STRICT;

CREATE TABLE read_mark (
	thread TEXT NOT NULL,
	at_ms INTEGER NOT NULL,
	message TEXT NOT NULL,
	PRIMARY KEY (thread)
)
 STRICT;

CREATE TABLE draft (
	thread TEXT NOT NULL,
	kind TEXT NOT NULL,
	message TEXT DEFAULT '' NOT NULL,
	text TEXT NOT NULL,
	updated_at_ms INTEGER NOT NULL,
	PRIMARY KEY (thread, kind)
)
 STRICT;

CREATE TABLE intent (
	id TEXT NOT NULL,
	kind TEXT NOT NULL,
	connection TEXT NOT NULL,
	space TEXT NOT NULL,
	thread TEXT NOT NULL,
	message TEXT,
	text TEXT DEFAULT '' NOT NULL,
	state TEXT NOT NULL,
	"by" TEXT NOT NULL,
	created_at_ms INTEGER NOT NULL,
	not_before_ms INTEGER NOT NULL,
	decision TEXT DEFAULT '' NOT NULL,
	inverse_of TEXT DEFAULT '' NOT NULL,
	seen TEXT DEFAULT '{}' NOT NULL,
	attempts INTEGER DEFAULT 0 NOT NULL,
	steps TEXT DEFAULT '[]' NOT NULL,
	waits_for TEXT DEFAULT '' NOT NULL,
	last_byte_at_ms INTEGER,
	sent_at_ms INTEGER,
	remote_message TEXT DEFAULT '' NOT NULL,
	error TEXT DEFAULT '' NOT NULL,
	error_words TEXT DEFAULT '' NOT NULL,
	asks INTEGER DEFAULT 0 NOT NULL,
	PRIMARY KEY (id)
)
 STRICT;

CREATE INDEX intent_thread ON intent (thread);

CREATE INDEX intent_decision ON intent (decision);

CREATE INDEX intent_remote ON intent (remote_message) WHERE remote_message <> '';

CREATE INDEX intent_message ON intent (message) WHERE message IS NOT NULL;

CREATE INDEX intent_open ON intent (connection, created_at_ms) WHERE state NOT IN ('sent', 'withdrawn');

CREATE TABLE intent_step (
	id INTEGER NOT NULL,
	intent TEXT NOT NULL,
	at_ms INTEGER NOT NULL,
	"on" TEXT NOT NULL,
	state TEXT NOT NULL,
	detail TEXT DEFAULT '' NOT NULL,
	PRIMARY KEY (id)
)
 STRICT;

CREATE INDEX intent_step_intent ON intent_step (intent);

CREATE TABLE kept_version (
	id INTEGER NOT NULL,
	message TEXT NOT NULL,
	text_hash TEXT NOT NULL,
	author TEXT NOT NULL,
	posted_at_ms INTEGER NOT NULL,
	edited_at_ms INTEGER,
	html TEXT NOT NULL,
	text TEXT NOT NULL,
	kept_at_ms INTEGER NOT NULL,
	why TEXT NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (message, text_hash, why)
)
 STRICT;

CREATE INDEX kept_version_message ON kept_version (message);

CREATE TABLE request (
	id TEXT NOT NULL,
	kind TEXT NOT NULL,
	args TEXT DEFAULT '{}' NOT NULL,
	state TEXT DEFAULT 'asked' NOT NULL,
	answer TEXT DEFAULT '' NOT NULL,
	asked_at_ms INTEGER NOT NULL,
	answered_at_ms INTEGER,
	PRIMARY KEY (id)
)
 STRICT;

CREATE INDEX request_open ON request (asked_at_ms) WHERE state = 'asked';

CREATE TABLE changed (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	thread TEXT NOT NULL
)
 STRICT;

