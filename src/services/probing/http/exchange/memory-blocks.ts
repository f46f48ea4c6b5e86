/**
 * A pool of memory blocks for bodies. Blocks lie outside V8's heap, and its collector frees them late: without the pool,
 * thousands of checks a second hold tens of megabytes that nobody uses.
 */

const SMALLEST_BLOCK_BYTES = 16_384;
/** Blocks of one size that are kept for later weigh no more than this. */
const KEPT_BYTES_PER_SIZE = 4_194_304;

const kept = new Map<number, Buffer[]>();

/** A block of at least so many bytes, with whatever was in it before. Its size is a power of two. */
export function takeBlock(atLeastBytes: number): Buffer {
  let sizeBytes = SMALLEST_BLOCK_BYTES;
  while (sizeBytes < atLeastBytes) sizeBytes *= 2;
  return kept.get(sizeBytes)?.pop() ?? Buffer.allocUnsafeSlow(sizeBytes);
}

/** Gives a block of `takeBlock` back; nobody may look at it any more. */
export function giveBlockBack(block: Buffer): void {
  const blocks = kept.get(block.byteLength);
  if (blocks === undefined) kept.set(block.byteLength, [block]);
  else if ((blocks.length + 1) * block.byteLength <= KEPT_BYTES_PER_SIZE) blocks.push(block);
}
