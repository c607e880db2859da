-- The log of accesses: a chain in which each entry holds the digest of the one before.

-- How many entries there are, and the digest of the last one.
alter table centre add column audited bigint not null default 0;
alter table centre add column audit_digest text collate "C" not null default '';

create table audit (
    centre text collate "C" not null references centre (id),
    number bigint not null,
    -- When the server received it.
    at bigint not null,
    -- Who.
    by_user text collate "C" not null,
    -- Whose rows it is about; nothing where it is about nobody.
    about text collate "C" not null,
    -- What was done, sealed with the key of whom it is about.
    body text collate "C" not null,
    digest text collate "C" not null,
    primary key (centre, number)
);

create index audit_by_about on audit (centre, about, number);
create index audit_by_user on audit (centre, by_user, number);

-- Without her key nobody reads what stands about her, and the chain still holds.
create table audit_key (
    centre text collate "C" not null references centre (id),
    about text collate "C" not null,
    key bytea not null,
    primary key (centre, about)
);
