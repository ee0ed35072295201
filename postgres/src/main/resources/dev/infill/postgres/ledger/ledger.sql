-- The ledger of Infill. It lives with the data, so that what it says was committed together with what it speaks of.
-- Every statement is harmless where the object is there already.
CREATE SCHEMA IF NOT EXISTS infill;

-- Who leads in this database. Judged by this server's clock only; the epoch fences every former leader.
CREATE TABLE IF NOT EXISTS infill.lease (
    only_row    boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    holder      text NOT NULL,
    epoch       bigint NOT NULL,
    expires_at  timestamptz NOT NULL
);
INSERT INTO infill.lease (holder, epoch, expires_at) VALUES ('', 0, '-infinity') ON CONFLICT DO NOTHING;

CREATE TABLE IF NOT EXISTS infill.migration (
    name           text PRIMARY KEY,
    specification  text NOT NULL,                    -- as submitted
    definition     jsonb,                            -- dev.infill.protocol.Migration, resolved by the check
    fingerprint    text,                             -- column number, type and expression: a change voids what was filled
    stage          text NOT NULL DEFAULT 'check',
    standing       text NOT NULL DEFAULT 'running',
    problem        text,                             -- why it is refused or failed, or what holds it; for people
    ownership      text NOT NULL DEFAULT 'derived',
    pass           int  NOT NULL DEFAULT 0,          -- counts how often tasks were handed out
    pass_kind      text,                             -- fill | verify | recheck
    memo           jsonb NOT NULL DEFAULT '{}',      -- what a stage must remember between two steps
    findings       jsonb NOT NULL DEFAULT '[]',      -- of the check
    baseline       jsonb NOT NULL DEFAULT '{}',      -- sizes and WAL position before the fill, for the report
    ranges         text,                             -- key | pages, when the table is cut
    ranges_why     text,
    created_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    stage_since    timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- How long each stage took; a stage that is entered again has another row.
CREATE TABLE IF NOT EXISTS infill.stage_time (
    migration   text NOT NULL REFERENCES infill.migration ON DELETE CASCADE,
    stage       text NOT NULL,
    started_at  timestamptz NOT NULL,
    ended_at    timestamptz NOT NULL
);

-- One row a range. A worker's batch updates its row in the same transaction, guarded by the claim.
CREATE TABLE IF NOT EXISTS infill.range (
    migration       text NOT NULL REFERENCES infill.migration ON DELETE CASCADE,
    number          int  NOT NULL,
    lower_key       text[],                          -- inside; null: from the first key on. Of a page range: {(640,0)}
    upper_key       text[],                          -- outside; null: to the last key and beyond
    relation        oid,                             -- whose pages; null: a key range
    file_node       oid,                             -- the file when it was cut: another one voids a page range
    planned_rows    bigint NOT NULL DEFAULT 0,       -- about as many as it had when it was cut; 0: unknown
    pass            int  NOT NULL DEFAULT 0,         -- the pass that kind, state, cursor and rows speak of
    kind            text,
    state           text NOT NULL DEFAULT 'open',
    claim           bigint NOT NULL DEFAULT 0,       -- grows with each worker that takes the range: fences zombies
    worker          text,
    cursor_key      text[],                          -- where the next batch begins; null: at lower_key
    postponed_keys  jsonb NOT NULL DEFAULT '[]',     -- rows behind the cursor that others held locked
    rows_read       bigint NOT NULL DEFAULT 0,
    rows_changed    bigint NOT NULL DEFAULT 0,
    filled_rows     bigint NOT NULL DEFAULT 0,       -- written by all fill passes together
    mismatches      bigint NOT NULL DEFAULT 0,       -- found by all verify passes together
    stripes         int,                             -- passes in which its last region was filled
    stripes_why     text,
    verified_at     timestamptz,
    last_error      text,
    started_at      timestamptz,
    done_at         timestamptz,
    task_partition  int,                             -- where the pass's task lies; null: not published yet
    task_offset     bigint,
    digest          bigint,                          -- over key and value of every row, as the verify pass met them; null: none yet
    digested_at     timestamptz,                     -- when that pass had met the last of them
    compare_seconds double precision,                -- how long that pass took
    retaken         int NOT NULL DEFAULT 0,          -- how often a worker took it from another one that had begun
    errors          int NOT NULL DEFAULT 0,          -- batches that failed and were tried again, in all passes
    error_seen      text,                            -- the last of their errors
    PRIMARY KEY (migration, number)
) WITH (fillfactor = 50);
-- Each relation's first page range, which stands for all of them; its columns never change, so updates stay heap-only.
CREATE INDEX IF NOT EXISTS range_first ON infill.range (migration, relation) WHERE lower_key = ARRAY['(0,0)'];
-- What ledgers of older versions lack.
ALTER TABLE infill.range
    ADD COLUMN IF NOT EXISTS digest          bigint,
    ADD COLUMN IF NOT EXISTS digested_at     timestamptz,
    ADD COLUMN IF NOT EXISTS compare_seconds double precision,
    ADD COLUMN IF NOT EXISTS retaken         int NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS errors          int NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS error_seen      text;

-- Rows that differed at the first look of a verify pass.
CREATE TABLE IF NOT EXISTS infill.suspect (
    migration    text NOT NULL REFERENCES infill.migration ON DELETE CASCADE,
    range        int  NOT NULL,
    key          text[] NOT NULL,
    row_version  text NOT NULL,                      -- xmin: the same one after a barrier means nobody repaired it
    PRIMARY KEY (migration, key)
);

-- Rows that PostgreSQL refused to write. Empty before a migration may go past fill.
CREATE TABLE IF NOT EXISTS infill.rejected (
    migration  text NOT NULL REFERENCES infill.migration ON DELETE CASCADE,
    key        text[] NOT NULL,
    range      int,                                  -- null: refused in a repair
    sqlstate   text NOT NULL,
    detail     text NOT NULL DEFAULT '',             -- constraint and column, never values
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (migration, key)
);

-- What repair did. A row a partition, so that repairers seldom wait for each other: what is repaired together is counted at one of its partitions.
CREATE TABLE IF NOT EXISTS infill.repair (
    migration      text NOT NULL REFERENCES infill.migration ON DELETE CASCADE,
    partition      int  NOT NULL,
    changes        bigint NOT NULL DEFAULT 0,        -- changed keys handled
    repaired       bigint NOT NULL DEFAULT 0,        -- rows that differed and were written
    differing      bigint NOT NULL DEFAULT 0,        -- rows that differed and were left, because the application owns them
    last_repair_at timestamptz,                      -- when a row last had to be written
    last_differing_at timestamptz,                   -- when one was last left
    last_change_at timestamptz,                      -- when a change was last handled
    PRIMARY KEY (migration, partition)
) WITH (fillfactor = 50);

-- Transactions that were seen at work and who ran them, for a minute: the log does not say who wrote. A crash may empty it.
CREATE UNLOGGED TABLE IF NOT EXISTS infill.writer_seen (
    xid          bigint PRIMARY KEY,                 -- the low 32 bits, as the log has them
    application  text NOT NULL,
    role         text NOT NULL,
    seen_at      timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- How the rows arrived that a writer changed, by minute, for an hour: what says which version of the application still writes.
-- One row a partition, so that repairers never wait for each other.
CREATE TABLE IF NOT EXISTS infill.writer (
    migration         text NOT NULL REFERENCES infill.migration ON DELETE CASCADE,
    partition         int  NOT NULL,
    minute            timestamptz NOT NULL,
    application       text NOT NULL,
    role              text NOT NULL,
    arrived_right     bigint NOT NULL,
    repaired          bigint NOT NULL,
    differing         bigint NOT NULL,
    last_repaired_at  timestamptz,
    PRIMARY KEY (migration, partition, minute, application, role)
) WITH (fillfactor = 50);

-- The slot, the publication and how far the bridge has come; shared by all migrations of this database.
CREATE TABLE IF NOT EXISTS infill.capture (
    only_row       boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    slot           text NOT NULL,
    publication    text NOT NULL,
    topic_id       text,                             -- Kafka's id of the changes topic: another id means changes were lost
    beat           bigint NOT NULL DEFAULT 0,        -- heartbeats put into the log, numbered without gaps
    seen_beat      bigint NOT NULL DEFAULT 0,        -- the last one that came through the slot
    seen_at        timestamptz,
    confirmed_lsn  pg_lsn,                           -- at least what the bridge confirmed; a slot that stands further is another one
    gaps           bigint NOT NULL DEFAULT 0,        -- how often the log was found to have a hole
    created_at     timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Marks in the log. A barrier has passed when every partition of the changes topic has a row in barrier_passed.
CREATE TABLE IF NOT EXISTS infill.barrier (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    partitions  int NOT NULL,
    emitted_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE IF NOT EXISTS infill.barrier_passed (
    barrier    bigint NOT NULL REFERENCES infill.barrier ON DELETE CASCADE,
    partition  int NOT NULL,
    PRIMARY KEY (barrier, partition)
);

CREATE TABLE IF NOT EXISTS infill.gate (
    migration  text NOT NULL REFERENCES infill.migration ON DELETE CASCADE,
    gate       text NOT NULL,
    opened_by  text NOT NULL,
    opened_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    evidence   text NOT NULL,
    PRIMARY KEY (migration, gate)
);

-- How hard a migration may push, where an operator changed that, and what the governor read last.
CREATE TABLE IF NOT EXISTS infill.pace (
    migration  text PRIMARY KEY REFERENCES infill.migration ON DELETE CASCADE,
    wanted     jsonb,                                -- the specification's pace as an operator wants it; null: as specified
    signals    jsonb NOT NULL DEFAULT '[]'           -- dev.infill.protocol.status.PaceStatus.SignalStatus
) WITH (fillfactor = 50);

-- How long workers rested, by what held them back: what the protection cost.
CREATE TABLE IF NOT EXISTS infill.rested (
    migration  text NOT NULL REFERENCES infill.migration ON DELETE CASCADE,
    reason     text NOT NULL,
    seconds    double precision NOT NULL,
    PRIMARY KEY (migration, reason)
) WITH (fillfactor = 50);

-- What the governor's probe writes, ten times a second while a migration fills, and what that took before.
CREATE TABLE IF NOT EXISTS infill.probe (
    only_row         boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    beat             bigint NOT NULL DEFAULT 0,
    baseline_micros  bigint NOT NULL DEFAULT 0       -- the 99th percentile before the fill that runs; 0: not measured
) WITH (fillfactor = 10);
INSERT INTO infill.probe DEFAULT VALUES ON CONFLICT DO NOTHING;

-- Every statement that changed the schema, and what it cost the others. Evidence, and what a rollback asks whether it is ours.
CREATE TABLE IF NOT EXISTS infill.ddl (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    migration   text NOT NULL REFERENCES infill.migration ON DELETE CASCADE,
    what        text NOT NULL,                       -- in words
    lock        text NOT NULL,                       -- that it takes of the table
    statement   text NOT NULL,
    undo        text,                                -- the statement that makes it as it was; null: dropping what was made does
    tries       int  NOT NULL DEFAULT 0,
    queued_ms   double precision NOT NULL DEFAULT 0, -- in the lock's queue, all tries together
    held_ms     double precision NOT NULL DEFAULT 0,
    longest_ms  double precision NOT NULL DEFAULT 0, -- the longest that one try can have made anybody wait
    waits_for   text,                                -- whom it waits for, or went on beside; never a query's text
    wanted_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    began_at    timestamptz,                         -- of a long one, which runs beside the leader's loop
    done_at     timestamptz
);
CREATE UNIQUE INDEX IF NOT EXISTS ddl_wanted ON infill.ddl (migration, what) WHERE done_at IS NULL;

CREATE TABLE IF NOT EXISTS infill.audit (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    migration  text NOT NULL,
    actor      text NOT NULL,
    action     text NOT NULL,
    detail     text NOT NULL DEFAULT ''
);

-- What stays when a migration is over.
CREATE TABLE IF NOT EXISTS infill.report (
    migration    text NOT NULL,
    outcome      text NOT NULL,                      -- complete | cancelled | rolled-back
    finished_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    report       jsonb NOT NULL,
    PRIMARY KEY (migration, finished_at)
);

-- What ledgers of older versions lack.
ALTER TABLE infill.repair
    ADD COLUMN IF NOT EXISTS last_differing_at timestamptz,
    ADD COLUMN IF NOT EXISTS last_change_at timestamptz;

-- Who may write the ledger's ranges is a worker, by whatever name: an older version could not grant it what is new.
DO $$
DECLARE
    worker text;
BEGIN
    FOR worker IN
        SELECT DISTINCT g.grantee::regrole::text FROM pg_catalog.pg_class c, pg_catalog.aclexplode(c.relacl) AS g
         WHERE c.oid = 'infill.range'::regclass AND g.privilege_type = 'UPDATE' AND g.grantee <> 0 AND g.grantee <> c.relowner
    LOOP
        EXECUTE 'GRANT SELECT ON infill.writer_seen TO ' || worker;
        EXECUTE 'GRANT SELECT, INSERT, UPDATE ON infill.writer TO ' || worker;
    END LOOP;
END $$;
