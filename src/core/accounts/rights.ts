/** What an account may do. A role grants rights, and a token's scopes narrow them. */

/** `read`: see sites, results and incidents. `edit`: change them. `administer`: people, tokens, audit log, channels. */
export const rights = ["read", "edit", "administer"] as const;
export type Right = (typeof rights)[number];

export const roles = ["administrator", "editor", "viewer"] as const;
export type Role = (typeof roles)[number];

const RIGHTS_OF_ROLE: Readonly<Record<Role, readonly Right[]>> = {
  administrator: ["read", "edit", "administer"],
  editor: ["read", "edit"],
  viewer: ["read"],
};

export function rightsOf(role: Role): readonly Right[] {
  return RIGHTS_OF_ROLE[role];
}

/** Each scope is the right of the same name; `edit` and `administer` include what is below them. */
export function rightsOfScopes(scopes: readonly Right[]): readonly Right[] {
  const highest = Math.max(-1, ...scopes.map((scope) => rights.indexOf(scope)));
  return rights.slice(0, highest + 1);
}
