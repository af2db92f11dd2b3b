#!/bin/sh
# A login for each service, made where it is missing; schemas and rights are the migration's.
# Run when the database is new, and again before a release that has another service.
# New ones all get one password: for a laptop. Who can log in already keeps the password that it has.
set -eu
: "${KOPPELING_LOCAL_PASSWORD:?}"
for role in intake enrichment provisioning notifier timeline monitor; do
  psql --set ON_ERROR_STOP=1 --set role="$role" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
\getenv password KOPPELING_LOCAL_PASSWORD
select format('create role %I', :'role') where not exists (select from pg_roles where rolname = :'role') \gexec
select format('alter role %I login password %L', rolname, :'password') from pg_roles
  where rolname = :'role' and not rolcanlogin \gexec
SQL
done
