/** Of the audit log in the cache: each change in the settings adds an entry. */
export const auditKey = ["audit"];
