/** The Kafka operations of each app, and thus the ACLs that it needs; docs/kafka-permissions.md lists the same. */

export const kafkaApps = ["relay", "consume", "check", "dead-letters"] as const;
export type KafkaApp = (typeof kafkaApps)[number];

export interface TopicUse {
  readonly topic: string;
  readonly operations: readonly ("read" | "write")[];
  /** True when the app creates the topic if it is missing. */
  readonly created: boolean;
}

export interface KafkaUse {
  readonly topics: readonly TopicUse[];
  /** The consumer group; null when the app uses none. */
  readonly group: string | null;
}

export interface KafkaNames {
  readonly checks: string;
  readonly checksDead: string;
  readonly incidents: string;
  /** The original system's topic; null when it is not read. */
  readonly original: string | null;
  readonly group: string;
}

/** Returns the Kafka use of an app; of all apps together when `app` is null. */
export function kafkaUseOf(app: KafkaApp | null, names: KafkaNames): KafkaUse {
  const { group } = names;
  const original: readonly TopicUse[] =
    names.original === null ? [] : [{ topic: names.original, operations: ["read"], created: false }];
  const ours = (checks: TopicUse["operations"], dead: TopicUse["operations"]): readonly TopicUse[] => [
    { topic: names.checks, operations: checks, created: true },
    { topic: names.checksDead, operations: dead, created: true },
  ];
  const incidents = (operations: TopicUse["operations"]): TopicUse => ({
    topic: names.incidents,
    operations,
    created: true,
  });
  switch (app) {
    case "relay":
      return { topics: [...ours(["write"], []), incidents(["write"])], group: null };
    case "check":
      return { topics: ours(["write"], []), group: null };
    case "consume":
      return { topics: [...ours(["read"], ["write"]), ...original], group };
    case "dead-letters":
      return { topics: ours(["write"], ["read", "write"]), group: null };
    case null:
      return {
        topics: [...ours(["read", "write"], ["read", "write"]), incidents(["read", "write"]), ...original],
        group,
      };
  }
}
