-- The log of accesses: a chain in which each entry holds the digest of the one before.

-- How many entries there are, and the digest of the last one.
alter table centre add column audited integer not null default 0;
alter table centre add column audit_digest text not null default '';

create table audit (
    centre text not null references centre (id),
    number integer not null,
    -- When the server received it.
    at integer not null,
    -- Who.
    by_user text not null,
    -- Whose rows it is about; nothing where it is about nobody.
    about text not null,
    -- What was done, sealed with the key of whom it is about.
    body text not null,
    digest text not null,
    primary key (centre, number)
) strict, without rowid;

create index audit_by_about on audit (centre, about, number);
create index audit_by_user on audit (centre, by_user, number);

-- Without her key nobody reads what stands about her, and the chain still holds.
create table audit_key (
    centre text not null references centre (id),
    about text not null,
    key blob not null,
    primary key (centre, about)
) strict, without rowid;
