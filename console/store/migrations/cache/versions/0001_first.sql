CREATE TABLE meta (
	name TEXT NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY (name)
)
 STRICT;

CREATE TABLE stream (
	connection TEXT NOT NULL,
	"key" TEXT NOT NULL,
	cursor TEXT NOT NULL,
	again_at_ms INTEGER DEFAULT 0 NOT NULL,
	pulled_at_ms INTEGER DEFAULT 0 NOT NULL,
	PRIMARY KEY (connection, "key")
)
 STRICT;

CREATE TABLE health (
	connection TEXT NOT NULL,
	state TEXT DEFAULT 'new' NOT NULL,
	since_ms INTEGER DEFAULT 0 NOT NULL,
	last_ok_ms INTEGER,
	retry_at_ms INTEGER,
	error TEXT DEFAULT '' NOT NULL,
	words TEXT DEFAULT '' NOT NULL,
	pages INTEGER DEFAULT 0 NOT NULL,
	messages INTEGER DEFAULT 0 NOT NULL,
	working INTEGER DEFAULT 0 NOT NULL,
	PRIMARY KEY (connection)
)
 STRICT;

CREATE TABLE space (
	id INTEGER NOT NULL,
	"key" TEXT NOT NULL,
	connection TEXT NOT NULL,
	remote_id TEXT NOT NULL,
	title TEXT DEFAULT '' NOT NULL,
	url TEXT DEFAULT '' NOT NULL,
	members INTEGER,
	leadership INTEGER DEFAULT 0 NOT NULL,
	standing TEXT DEFAULT 'joined' NOT NULL,
	encrypted INTEGER DEFAULT 0 NOT NULL,
	capabilities TEXT DEFAULT '' NOT NULL,
	oldest_at_ms INTEGER DEFAULT 9000000000000000 NOT NULL,
	PRIMARY KEY (id)
)
 STRICT;

CREATE UNIQUE INDEX space_key ON space ("key");

CREATE INDEX space_connection ON space (connection);

CREATE TABLE person (
	id INTEGER NOT NULL,
	"key" TEXT NOT NULL,
	name TEXT DEFAULT '' NOT NULL,
	handle TEXT DEFAULT '' NOT NULL,
	title TEXT DEFAULT '' NOT NULL,
	joined_at_ms INTEGER,
	leadership INTEGER DEFAULT 0 NOT NULL,
	bot INTEGER DEFAULT 0 NOT NULL,
	first_at_ms INTEGER DEFAULT 9000000000000000 NOT NULL,
	first_key TEXT DEFAULT '' NOT NULL,
	PRIMARY KEY (id)
)
 STRICT;

CREATE UNIQUE INDEX person_key ON person ("key");

CREATE TABLE thread (
	id INTEGER NOT NULL,
	"key" TEXT NOT NULL,
	public_id TEXT NOT NULL,
	connection TEXT NOT NULL,
	space_id INTEGER NOT NULL,
	title TEXT DEFAULT '' NOT NULL,
	url TEXT DEFAULT '' NOT NULL,
	locked INTEGER DEFAULT 0 NOT NULL,
	pinned INTEGER DEFAULT 0 NOT NULL,
	author_id INTEGER,
	opened_at_ms INTEGER DEFAULT 0 NOT NULL,
	last_at_ms INTEGER DEFAULT 0 NOT NULL,
	last_key TEXT DEFAULT '' NOT NULL,
	messages INTEGER DEFAULT 0 NOT NULL,
	snippet TEXT DEFAULT '' NOT NULL,
	state TEXT DEFAULT 'open' NOT NULL,
	level INTEGER DEFAULT 3 NOT NULL,
	due_at_ms INTEGER DEFAULT 9000000000000000 NOT NULL,
	next_stage_at_ms INTEGER,
	reasons TEXT DEFAULT '[]' NOT NULL,
	kinds INTEGER DEFAULT 0 NOT NULL,
	reports INTEGER DEFAULT 0 NOT NULL,
	held INTEGER DEFAULT 0 NOT NULL,
	unread INTEGER DEFAULT 0 NOT NULL,
	assignee TEXT DEFAULT '' NOT NULL,
	tags TEXT DEFAULT '[]' NOT NULL,
	snoozed_until_ms INTEGER,
	decided_at_ms INTEGER DEFAULT 0 NOT NULL,
	PRIMARY KEY (id)
)
 STRICT;

CREATE INDEX thread_set_aside ON thread (state, level, due_at_ms, "key") WHERE state <> 'open';

CREATE INDEX thread_next_stage ON thread (next_stage_at_ms) WHERE next_stage_at_ms IS NOT NULL;

CREATE UNIQUE INDEX thread_key ON thread ("key");

CREATE INDEX thread_needs ON thread (level, due_at_ms, "key") WHERE state = 'open' AND level < 3;

CREATE INDEX thread_public_id ON thread (public_id);

CREATE INDEX thread_space ON thread (space_id, state, level, due_at_ms, "key");

CREATE INDEX thread_assignee ON thread (assignee) WHERE assignee <> '';

CREATE INDEX thread_author ON thread (author_id);

CREATE TABLE alias (
	"key" TEXT NOT NULL,
	thread_id INTEGER NOT NULL,
	PRIMARY KEY ("key")
)
 STRICT;

CREATE INDEX alias_thread ON alias (thread_id);

CREATE TABLE message (
	id INTEGER NOT NULL,
	"key" TEXT NOT NULL,
	public_id TEXT NOT NULL,
	thread_id INTEGER NOT NULL,
	space_id INTEGER NOT NULL,
	person_id INTEGER NOT NULL,
	root TEXT DEFAULT '' NOT NULL,
	parent TEXT DEFAULT '' NOT NULL,
	posted_at_ms INTEGER NOT NULL,
	edited_at_ms INTEGER,
	state TEXT DEFAULT 'visible' NOT NULL,
	title TEXT DEFAULT '' NOT NULL,
	html TEXT NOT NULL,
	text TEXT NOT NULL,
	text_hash TEXT NOT NULL,
	attachments TEXT DEFAULT '[]' NOT NULL,
	reactions TEXT DEFAULT '[]' NOT NULL,
	url TEXT DEFAULT '' NOT NULL,
	mark TEXT DEFAULT '' NOT NULL,
	raw TEXT DEFAULT '' NOT NULL,
	asks INTEGER DEFAULT 0 NOT NULL,
	thanks INTEGER DEFAULT 0 NOT NULL,
	mentions INTEGER DEFAULT 0 NOT NULL,
	gone_at_ms INTEGER,
	gone_by_author INTEGER,
	search_id INTEGER,
	PRIMARY KEY (id)
)
 STRICT;

CREATE INDEX message_parent ON message (parent) WHERE root = '';

CREATE UNIQUE INDEX message_search ON message (search_id) WHERE search_id IS NOT NULL;

CREATE INDEX message_mark ON message (mark) WHERE mark <> '';

CREATE INDEX message_person ON message (person_id);

CREATE INDEX message_space ON message (space_id, posted_at_ms);

CREATE INDEX message_thread ON message (thread_id, posted_at_ms, "key");

CREATE INDEX message_public_id ON message (public_id);

CREATE UNIQUE INDEX message_key ON message ("key");

CREATE TABLE report (
	id INTEGER NOT NULL,
	"key" TEXT NOT NULL,
	message TEXT NOT NULL,
	at_ms INTEGER NOT NULL,
	reason TEXT DEFAULT '' NOT NULL,
	text TEXT DEFAULT '' NOT NULL,
	reporter TEXT DEFAULT '' NOT NULL,
	source TEXT DEFAULT '' NOT NULL,
	state TEXT NOT NULL,
	PRIMARY KEY (id)
)
 STRICT;

CREATE UNIQUE INDEX report_key ON report ("key");

CREATE INDEX report_message ON report (message);

CREATE TABLE changed (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	thread_id INTEGER NOT NULL
)
 STRICT;

CREATE VIRTUAL TABLE message_index USING fts5(
    text, title, author, stems,
    content='', contentless_delete=1, prefix='1 2 3', tokenize="unicode61 remove_diacritics 2"
);

