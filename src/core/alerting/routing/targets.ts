/** What a delivery is planned for: a channel, or a rotation, whose person on call is looked up when the message is due. */

/** Channel names contain no colon. */
const ROTATION_PREFIX = "on-call:";

/** Returns the targets that a route or an escalation step names: channels first, then rotations. */
export function targetsOf({
  channels,
  onCall,
}: {
  readonly channels: readonly string[];
  readonly onCall: readonly string[];
}): readonly string[] {
  return [...channels, ...onCall.map((rotation) => `${ROTATION_PREFIX}${rotation}`)];
}

/** Returns the name of the rotation; null when the target is a channel. */
export function rotationOf(target: string): string | null {
  return target.startsWith(ROTATION_PREFIX) ? target.slice(ROTATION_PREFIX.length) : null;
}
