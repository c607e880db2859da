-- The tables of the first release, as in migrations/sqlite. `collate "C"`: keys are compared byte by
-- byte, so that a prefix is a range.

create table centre (
    id text collate "C" not null primary key,
    -- How many commands have changed something; grows while this line is locked.
    version bigint not null,
    -- The lineage of this database: a restored one begins a new one.
    history text not null
);

create table row (
    centre text collate "C" not null references centre (id),
    kind text collate "C" not null,
    id text collate "C" not null,
    version bigint not null,
    deleted bigint not null,
    shape bigint not null,
    body text not null,
    primary key (centre, kind, id)
);

-- Who receives a row, and since which version; `gone` marks an audience that has lost it.
create table row_tag (
    centre text collate "C" not null references centre (id),
    tag text collate "C" not null,
    kind text collate "C" not null,
    id text collate "C" not null,
    version bigint not null,
    gone bigint not null,
    primary key (centre, tag, kind, id)
);

create index row_tag_by_version on row_tag (centre, tag, version);

-- Rights, projected from the row (kind, id) in the transaction that writes it.
create table grants (
    centre text collate "C" not null references centre (id),
    user_id text collate "C" not null,
    tag text collate "C" not null,
    role text not null,
    from_day text,
    until_day text,
    kind text collate "C" not null,
    id text collate "C" not null
);

create index grants_by_user on grants (centre, user_id);
create index grants_by_row on grants (centre, kind, id);

create table account (
    centre text collate "C" not null references centre (id),
    user_id text collate "C" not null,
    login text collate "C" not null unique,
    secret text not null,
    role text not null,
    name text not null,
    created bigint not null,
    primary key (centre, user_id)
);

create table session (
    -- The digest of the token; the token itself is only in the cookie.
    token text collate "C" not null primary key,
    centre text collate "C" not null,
    user_id text collate "C" not null,
    created bigint not null,
    foreign key (centre, user_id) references account (centre, user_id)
);

create index session_by_user on session (centre, user_id);

create table client (
    centre text collate "C" not null,
    id text collate "C" not null,
    user_id text collate "C" not null,
    last_seq bigint not null,
    -- Seals what the client keeps on its device.
    key bytea not null,
    primary key (centre, id),
    foreign key (centre, user_id) references account (centre, user_id)
);

-- What became of commands, until their client has stored it.
create table outcome (
    centre text collate "C" not null,
    client text collate "C" not null,
    seq bigint not null,
    hash text not null,
    outcome text not null,
    primary key (centre, client, seq),
    foreign key (centre, client) references client (centre, id)
);
