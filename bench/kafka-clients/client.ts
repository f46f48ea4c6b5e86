/** What a Kafka client must be able to do to be compared: each is used the plain way its own documentation shows. */

export interface Access {
  readonly brokers: readonly string[];
  /** Null is plain text, no login. */
  readonly login: { readonly ca: string; readonly username: string; readonly password: string } | null;
}

export interface Message {
  readonly key: string;
  readonly value: string;
}

export interface BenchProducer {
  /** Resolves when all replicas in sync have all of it; rejects when that is not sure. */
  send(topic: string, messages: readonly Message[]): Promise<void>;
  close(): Promise<void>;
}

export interface BenchConsumer {
  /** Resolves when the client has given up by itself, with the reason; an app would start it again. */
  readonly ended: Promise<string>;
  close(): Promise<void>;
}

export interface ReceivedMessage {
  readonly partition: number;
  readonly offset: bigint;
  readonly value: string;
}

export interface BenchClient {
  readonly name: string;
  /** True where only its way of consuming differs from another's: the trials of producing are left out. */
  readonly consumesOnly?: true;
  startProducer(access: Access): Promise<BenchProducer>;
  /** Reads from the earliest message where the group has committed nothing, and commits as it goes. */
  startConsumer(
    access: Access,
    group: { readonly groupId: string; readonly topic: string },
    onMessage: (message: ReceivedMessage) => void,
  ): Promise<BenchConsumer>;
}
