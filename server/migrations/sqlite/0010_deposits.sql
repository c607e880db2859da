-- When somebody else ended what a client's user did there: for thirty days it may hand in what it holds, and then wipes.
alter table client add column revoked_at integer;

-- Whoever hands it in has no session that would say of which centre she is.
create index client_by_id on client (id);
