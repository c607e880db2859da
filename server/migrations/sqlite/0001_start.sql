-- The tables of the first release. `centre` leads every key, so that a database can be split by it.

create table centre (
    id text not null primary key,
    -- How many row changes there have been; grows under the writer's lock.
    version integer not null,
    -- The lineage of this database: a restored one begins a new one.
    history text not null
) strict;

create table row (
    centre text not null references centre (id),
    kind text not null,
    id text not null,
    version integer not null,
    deleted integer not null,
    shape integer not null,
    body text not null,
    primary key (centre, kind, id)
) strict, without rowid;

-- Who receives a row, and since which version; `gone` marks an audience that has lost it.
create table row_tag (
    centre text not null references centre (id),
    tag text not null,
    kind text not null,
    id text not null,
    version integer not null,
    gone integer not null,
    primary key (centre, tag, kind, id)
) strict, without rowid;

create index row_tag_by_version on row_tag (centre, tag, version);

-- Rights, projected from the row (kind, id) in the transaction that writes it.
create table grants (
    centre text not null references centre (id),
    user_id text not null,
    tag text not null,
    role text not null,
    from_day text,
    until_day text,
    kind text not null,
    id text not null
) strict;

create index grants_by_user on grants (centre, user_id);
create index grants_by_row on grants (centre, kind, id);

create table account (
    centre text not null references centre (id),
    user_id text not null,
    login text not null unique,
    secret text not null,
    role text not null,
    name text not null,
    created integer not null,
    primary key (centre, user_id)
) strict;

create table session (
    -- The digest of the token; the token itself is only in the cookie.
    token text not null primary key,
    centre text not null,
    user_id text not null,
    created integer not null,
    foreign key (centre, user_id) references account (centre, user_id)
) strict, without rowid;

create table client (
    centre text not null,
    id text not null,
    user_id text not null,
    last_seq integer not null,
    -- Seals what the client keeps on its device.
    key blob not null,
    primary key (centre, id),
    foreign key (centre, user_id) references account (centre, user_id)
) strict, without rowid;

-- What became of commands, until their client has stored it.
create table outcome (
    centre text not null,
    client text not null,
    seq integer not null,
    hash text not null,
    outcome text not null,
    primary key (centre, client, seq),
    foreign key (centre, client) references client (centre, id)
) strict, without rowid;
