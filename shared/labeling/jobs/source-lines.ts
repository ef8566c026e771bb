import { isUtf8 } from 'node:buffer'
import type { OmittedImage } from '../../contracts/omitted-image.ts'
import type { Ports } from '../../platform/ports.ts'
import { lineBlocks } from '../../platform/storage/line-blocks.ts'
import { readAhead } from '../../platform/storage/read-ahead.ts'
import { openStored } from '../../platform/storage/stored-file.ts'

export type Line = Readonly<Record<string, unknown>>

/** A line of a manifest. */
export interface SourceLine {
  readonly text: string
  /** Its number in its file, from 1. */
  readonly number: number
  /** Undefined where the text is not one JSON object. */
  readonly line: Line | undefined
  /** Whether it is for no image of the batch, or for one that has a line already. */
  readonly isExtra?: boolean
}

/** An image of the batch that a job leaves out. */
export interface LeftOut {
  readonly omitted: OmittedImage
  /** How many lines its source has for it, and how many of these are labeled. */
  readonly lines: number
  readonly labeledLines?: number
}

/** A line for the input manifest of a job, or an image without one. */
export type SourceItem = SourceLine | LeftOut

/** Parses and numbers the lines of a manifest. Blank lines are counted, but are no lines. */
export async function* parseLines(texts: AsyncIterable<string>): AsyncGenerator<SourceLine> {
  let number = 0
  for await (const text of texts) {
    number += 1
    if (!isBlank(text)) yield { text, number, line: parseLine(text) }
  }
}

const isBlank = (text: string): boolean => /^[ \t\r]*$/.test(text)

/** Returns the text as a JSON object; undefined where it is something else. Pure. */
export function parseLine(text: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isLine(value) ? value : undefined
  } catch {
    return undefined
  }
}

export const isLine = (value: unknown): value is Line =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Returns the URI of the image that a line is for. Pure. */
export function findSourceRef({ line }: Pick<SourceLine, 'line'>): string | undefined {
  const source = line?.['source-ref']
  return typeof source === 'string' ? source : undefined
}

/** Returns the value as JSON; undefined where it is nested too deep to be written, though it could be parsed. */
export function stringifyLine(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

/** Reads the lines of a stored manifest, without line ends. A line that is not UTF-8 is made invalid JSON. Holds four ranges. */
export async function* storedLines(key: string, ports: Pick<Ports, 'config' | 'files'>): AsyncGenerator<string> {
  const source = await openStored(key, ports)
  const chunks = readAhead(source, { from: 0, to: source.size, rangeBytes: 1 << 20, inFlight: 4 })
  for await (const { bytes } of lineBlocks(chunks)) {
    const lines = Buffer.from(bytes)
      .toString('utf8')
      .replace(/\r?\n$/, '')
      .split(/\r?\n/)
    yield* isUtf8(bytes) ? lines : lines.map((line) => (line.includes('\uFFFD') ? `not UTF-8: ${line}` : line))
  }
}
