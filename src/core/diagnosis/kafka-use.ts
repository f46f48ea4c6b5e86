/** What each app does with Kafka, and so which rights it needs there; docs/kafka-permissions.md grants the same. */

export const kafkaApps = ["relay", "consume", "check", "dead-letters"] as const;
export type KafkaApp = (typeof kafkaApps)[number];

export interface TopicUse {
  readonly topic: string;
  readonly operations: readonly ("read" | "write")[];
  /** True where the app makes the topic when it is missing. */
  readonly made: boolean;
}

export interface KafkaUse {
  readonly topics: readonly TopicUse[];
  /** The consumer group; null where no use is made of it. */
  readonly group: string | null;
}

export interface KafkaNames {
  readonly checks: string;
  readonly checksDead: string;
  readonly incidents: string;
  /** The original system's topic; null where it is not read. */
  readonly original: string | null;
  readonly group: string;
}

/** All apps together where none is named. */
export function kafkaUseOf(app: KafkaApp | null, names: KafkaNames): KafkaUse {
  const { group } = names;
  const original: readonly TopicUse[] =
    names.original === null ? [] : [{ topic: names.original, operations: ["read"], made: false }];
  const ours = (checks: TopicUse["operations"], dead: TopicUse["operations"]): readonly TopicUse[] => [
    { topic: names.checks, operations: checks, made: true },
    { topic: names.checksDead, operations: dead, made: true },
  ];
  const incidents = (operations: TopicUse["operations"]): TopicUse => ({
    topic: names.incidents,
    operations,
    made: true,
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
