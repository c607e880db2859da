-- Passkeys: keys with which somebody signs in instead of typing.

create table passkey (
    -- What the device calls the key: no two are alike, whosever they are.
    id text not null primary key,
    centre text not null,
    user_id text not null,
    -- What she calls it.
    name text not null,
    -- Its public half and the count of its signatures, as JSON.
    credential text not null,
    created integer not null,
    -- When she last signed in by it; nothing before the first time.
    used integer,
    foreign key (centre, user_id) references account (centre, user_id)
) strict, without rowid;

create index passkey_by_user on passkey (centre, user_id);
