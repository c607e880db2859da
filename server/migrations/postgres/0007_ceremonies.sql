-- Ceremonies under way, identities that others vouch for, and sessions that began with them.

-- What is remembered of somebody who is just proving who she is; taken once, and over soon.
create table ceremony (
    -- The digest of its handle; the handle itself is only in a cookie.
    handle text collate "C" not null primary key,
    body text not null,
    until bigint not null
);

create index ceremony_by_end on ceremony (until);

-- Whose identity at a provider opens which account.
create table identity (
    provider text collate "C" not null,
    -- A keyed digest of what the provider calls her. The key does not lie in this database.
    subject text collate "C" not null,
    centre text collate "C" not null,
    user_id text collate "C" not null,
    created bigint not null,
    primary key (provider, subject),
    unique (centre, user_id, provider),
    foreign key (centre, user_id) references account (centre, user_id)
);

-- A digest of the session at the provider by which this one was opened; empty where there is none.
alter table session add column origin text collate "C" not null default '';
create index session_by_origin on session (origin) where origin <> '';
