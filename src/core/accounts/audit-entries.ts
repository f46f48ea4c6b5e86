/** What the audit log keeps of a change, and its port. */
export interface AuditEntry {
  readonly id: string;
  readonly atMs: number;
  readonly actor: {
    readonly kind: "person" | "token" | "anyone" | "command line" | "server";
    readonly id: string | null;
    readonly name: string;
  };
  readonly address: string | null;
  /** Such as `site.changed`. */
  readonly action: string;
  readonly target: { readonly kind: string; readonly id: string; readonly name: string | null };
  /** Without secrets; null where there was nothing, as are values after a removal. */
  readonly before: unknown;
  readonly after: unknown;
}

export type NewAuditEntry = Omit<AuditEntry, "id" | "atMs">;

export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly target?: string | undefined;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly limit: number;
  /** Entries older than this one, by its id. */
  readonly before?: string | undefined;
}

export interface AuditLog {
  /** In this order. The entries must be without secrets: see `withoutSecrets`. */
  append(entries: readonly NewAuditEntry[]): Promise<void>;
  /** Newest first. */
  list(filter: AuditFilter): Promise<readonly AuditEntry[]>;
}
