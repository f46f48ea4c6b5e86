/** The server's settings, for a small machine and a handful of connections; each with its reason. */

interface Setting {
  readonly name: string;
  readonly value: string;
  readonly reason: string;
}

const MEMORY: readonly Setting[] = [
  {
    name: "shared_buffers",
    value: "16MB",
    reason: "the hot pages are the newest results; the rest is the system's cache",
  },
  {
    name: "max_connections",
    value: "20",
    reason: "up uses four, each command one; a slot costs shared memory",
  },
  {
    name: "max_locks_per_transaction",
    value: "256",
    reason: "a query over all partitions of the results locks each",
  },
  { name: "work_mem", value: "4MB", reason: "a sort or hash may take so much before it goes to disk" },
  { name: "maintenance_work_mem", value: "16MB", reason: "enough for vacuuming tables of this size" },
  {
    name: "dynamic_shared_memory_type",
    value: "mmap",
    reason: "works where /dev/shm is missing or tiny, as in containers",
  },
  { name: "huge_pages", value: "off", reason: "16 MB gain nothing from them" },
];

const PROCESSES: readonly Setting[] = [
  { name: "io_method", value: "sync", reason: "three worker processes fewer; reads come from memory" },
  { name: "max_worker_processes", value: "0", reason: "nothing uses background workers" },
  { name: "max_parallel_workers_per_gather", value: "0", reason: "a parallel plan would starve the checks" },
  { name: "max_parallel_maintenance_workers", value: "0", reason: "as above" },
  { name: "max_logical_replication_workers", value: "0", reason: "one launcher process fewer" },
  { name: "jit", value: "off", reason: "compiling costs more than these statements run" },
];

const LOG_OF_CHANGES: readonly Setting[] = [
  { name: "fsync", value: "on", reason: "an acknowledged result survives a power cut" },
  { name: "synchronous_commit", value: "on", reason: "as above: a commit returns once it is on disk" },
  { name: "full_page_writes", value: "on", reason: "a page half written by a power cut is restored" },
  { name: "wal_level", value: "minimal", reason: "nothing replicates: less is written" },
  { name: "max_wal_senders", value: "0", reason: "required by wal_level minimal" },
  { name: "min_wal_size", value: "32MB", reason: "two segments are kept for reuse" },
  { name: "max_wal_size", value: "128MB", reason: "bounds the folder and the recovery after a crash" },
  {
    name: "checkpoint_timeout",
    value: "15min",
    reason: "each checkpoint makes whole pages be written again",
  },
  {
    name: "wal_writer_delay",
    value: "10s",
    reason: "commits write the log themselves: fewer wake-ups when idle",
  },
  {
    name: "bgwriter_lru_maxpages",
    value: "0",
    reason: "checkpoints write the pages: fewer wake-ups when idle",
  },
];

const AUTOVACUUM: readonly Setting[] = [
  { name: "autovacuum_worker_slots", value: "1", reason: "one table at a time" },
  { name: "autovacuum_max_workers", value: "1", reason: "as above" },
  { name: "autovacuum_naptime", value: "30s", reason: "the outbox turns over fast and must stay flat" },
  { name: "autovacuum_vacuum_scale_factor", value: "0.05", reason: "as above: dead rows are reused early" },
  {
    name: "autovacuum_vacuum_threshold",
    value: "1000",
    reason: "a table smaller than this is not worth a pass",
  },
];

const OUTPUT: readonly Setting[] = [
  {
    name: "log_min_messages",
    value: "log",
    reason: "failed statements are told to the client; the log stays small",
  },
  { name: "log_checkpoints", value: "off", reason: "as above" },
  { name: "log_autovacuum_min_duration", value: "-1", reason: "as above" },
  { name: "log_timezone", value: "UTC", reason: "everything is UTC" },
  { name: "timezone", value: "UTC", reason: "as above" },
  { name: "update_process_title", value: "off", reason: "one write a statement less" },
];

/** Where clients connect. */
export type Listening =
  | { readonly kind: "socket"; readonly socketFolder: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number };

/** The text of `postgresql.conf`. */
export function settingsFile(listening: Listening): string {
  const lines = [
    ...listeningSettings(listening),
    ...MEMORY,
    ...PROCESSES,
    ...LOG_OF_CHANGES,
    ...AUTOVACUUM,
    ...OUTPUT,
  ].map(({ name, value, reason }) => `${name} = ${quoted(value)} # ${reason}`);
  const header = "# Sitewire writes this file at each start. ALTER SYSTEM keeps settings of your own.";
  return `${[header, ...lines].join("\n")}\n`;
}

function listeningSettings(listening: Listening): readonly Setting[] {
  if (listening.kind === "socket") {
    return [
      { name: "listen_addresses", value: "", reason: "no network access" },
      {
        name: "unix_socket_directories",
        value: listSafe(listening.socketFolder),
        reason: "short enough for a socket",
      },
      { name: "unix_socket_permissions", value: "0700", reason: "for this user only" },
    ];
  }
  return [
    {
      name: "listen_addresses",
      value: listening.host,
      reason: "there are no Unix sockets here; loopback only",
    },
    { name: "port", value: String(listening.port), reason: "was free at the start" },
    { name: "unix_socket_directories", value: "", reason: "there are no Unix sockets here" },
  ];
}

/** `unix_socket_directories` is a comma-separated list whose items may be double-quoted. */
function listSafe(folder: string): string {
  return `"${folder.replaceAll('"', '""')}"`;
}

function quoted(value: string): string {
  return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}
