import { AppError } from '../../contracts/errors.ts'
import type { ByteSource } from '../../platform/storage/byte-source.ts'
import { type LineBlock, lineBlocks } from '../../platform/storage/line-blocks.ts'
import { readAhead } from '../../platform/storage/read-ahead.ts'

/** Walks the lines of bytes [from, to) of a file, until `walk` returns false. @throws AppError `bad-source` for a long line */
export async function walkLines(
  source: ByteSource,
  { from, to }: { readonly from: number; readonly to: number },
  walk: (block: LineBlock) => boolean,
): Promise<void> {
  for await (const block of lineBlocks(readAhead(source, { from, to }), from)) if (!walk(block)) return
}

/** Names the file in a `bad-source` error of cutting it into lines, which knows only where in it they are. */
export const nameFile =
  (name: string) =>
  (error: unknown): never => {
    if (!(error instanceof AppError) || error.code !== 'bad-source') throw error
    throw new AppError('bad-source', `${name}: ${error.message}`, error.issues, error)
  }
