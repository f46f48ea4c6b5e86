// The access rights that docs/kafka-permissions.md lists, read from it, and granted on a broker.
import { readFileSync } from "node:fs";
import {
  AclOperations,
  AclPermissionTypes,
  type Admin,
  ResourcePatternTypes,
  ResourceTypes,
} from "@platformatic/kafka";

export type Role = "create" | "relay" | "consumer" | "check" | "dead-letters";

export interface Acl {
  readonly operation: "Read" | "Write" | "Describe" | "Create";
  readonly resource: "topic" | "group";
  readonly name: string;
}

/** What the page's `kafka-acls.sh` lines for that app grant, in their order. */
export function documentedAcls(role: Role): readonly Acl[] {
  const page = readFileSync(new URL("../../../../docs/kafka-permissions.md", import.meta.url), "utf8");
  const block = page.split(`<!-- ${role} -->`)[1]?.split("```")[1] ?? "";
  return [...block.matchAll(/--operation (Read|Write|Describe|Create) --(topic|group) (\S+)/g)].map(
    ([, operation, resource, name = ""]) => ({
      operation:
        operation === "Read" || operation === "Write" || operation === "Create" ? operation : "Describe",
      resource: resource === "group" ? "group" : "topic",
      name,
    }),
  );
}

const operations = {
  Read: AclOperations.READ,
  Write: AclOperations.WRITE,
  Describe: AclOperations.DESCRIBE,
  Create: AclOperations.CREATE,
};

/** Leaves the user with these rights and no others. */
export async function grantOnly(admin: Admin, username: string, acls: readonly Acl[]): Promise<void> {
  const principal = `User:${username}`;
  await admin.deleteAcls({
    filters: [
      {
        resourceType: ResourceTypes.ANY,
        resourceName: null,
        resourcePatternType: ResourcePatternTypes.ANY,
        principal,
        host: null,
        operation: AclOperations.ANY,
        permissionType: AclPermissionTypes.ANY,
      },
    ],
  });
  if (acls.length === 0) return;
  await admin.createAcls({
    creations: acls.map(({ operation, resource, name }) => ({
      resourceType: resource === "group" ? ResourceTypes.GROUP : ResourceTypes.TOPIC,
      resourceName: name,
      resourcePatternType: ResourcePatternTypes.LITERAL,
      principal,
      host: "*",
      operation: operations[operation],
      permissionType: AclPermissionTypes.ALLOW,
    })),
  });
}
