/**
 * A consumer's membership of its group, where the client documents nothing: `assignments` is a new list exactly when the
 * group has been shared out anew, `isActive()` is false while the client joins by itself, and `memberId` and
 * `generationId` can be written to commit in another client's name.
 */
import type { Consumer, GroupAssignment } from "@platformatic/kafka";

/** As whom offsets are committed: the group takes them only from a member of its present generation. */
export interface Membership {
  readonly memberId: string;
  readonly generationId: number;
}

/** What the client's member is and holds at one moment. */
export interface MemberState {
  /** Null while the client is no member. */
  readonly membership: Membership | null;
  readonly generationId: number;
  /** Another object after each sharing out; null before the first. */
  readonly assignments: readonly GroupAssignment[] | null;
}

export function memberState(consumer: Consumer): MemberState {
  const { memberId, generationId, assignments } = consumer;
  return {
    membership: memberId === null ? null : { memberId, generationId },
    generationId,
    assignments,
  };
}

/** Whether the client's heartbeats run: not before its first join, nor while it joins again by itself. */
export function sendsHeartbeats(consumer: Consumer): boolean {
  return consumer.isActive();
}

export interface MemberListener {
  /** The group is about to be shared out anew, or a first answer says what this member keeps. */
  readonly onRebalance: () => void;
  readonly onJoined: (member: Membership, assignments: readonly GroupAssignment[]) => void;
  /** The coordinator has answered a heartbeat. */
  readonly onHeartbeat: () => void;
  /** An attempt to join again failed; the client makes no further one. */
  readonly onGivenUp: () => void;
}

export function listenToMember(consumer: Consumer, listener: MemberListener): void {
  consumer.on("consumer:group:rebalance", listener.onRebalance);
  consumer.on("consumer:group:join", ({ memberId, assignments, generationId }) => {
    listener.onJoined({ memberId, generationId: generationId ?? consumer.generationId }, assignments ?? []);
  });
  consumer.on("consumer:heartbeat:end", listener.onHeartbeat);
  consumer.on("error", listener.onGivenUp);
}

/** Makes a client that never joined commit as this member. */
export function actAs(consumer: Consumer, { memberId, generationId }: Membership): void {
  consumer.memberId = memberId;
  consumer.generationId = generationId;
}

/** Ends that: closing the client must not make the member leave. */
export function actAsNobody(consumer: Consumer): void {
  consumer.memberId = null;
}
