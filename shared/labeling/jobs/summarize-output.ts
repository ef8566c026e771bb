import type { OutputSummary } from '../../contracts/labeling-job.ts'
import { readAnnotations } from '../../manifests/output/annotations.ts'
import type { OutputLine } from '../../manifests/output/line.ts'
import type { Ports } from '../../platform/ports.ts'
import { findVersion } from '../../platform/storage/stored-file.ts'

const PAGE_LINES = 1000

/** An output manifest as it was read: what it contains, and its size. */
export interface ReadOutput {
  readonly summary: OutputSummary
  readonly bytes: number
}

/** Counts the labels of an output manifest, page by page. Returns undefined when the manifest does not exist. */
export async function summarizeOutput(
  key: string,
  attribute: string,
  ports: Pick<Ports, 'objects'>,
): Promise<ReadOutput | undefined> {
  const stored = await findVersion(key, ports)
  if (!stored) return undefined
  const summary: OutputSummary = {
    lines: 0,
    labeled: 0,
    withoutBoxes: 0,
    boxes: 0,
    failed: 0,
    expired: 0,
    unlabeled: 0,
    unreadable: 0,
  }
  let cursor: string | undefined
  do {
    const page = await readAnnotations(key, attribute, { limit: PAGE_LINES, cursor }, ports)
    for (const line of page.items) add(summary, line)
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return { summary, bytes: stored.size }
}

function add(summary: OutputSummary, line: OutputLine): void {
  summary.lines += 1
  switch (line.outcome) {
    case 'labeled':
      summary.labeled += 1
      summary.boxes += line.boxes.length
      if (line.boxes.length === 0) summary.withoutBoxes += 1
      return
    case 'verified':
      summary.labeled += 1
      summary.verdicts = { ...summary.verdicts, [line.verdict]: (summary.verdicts?.[line.verdict] ?? 0) + 1 }
      return
    case 'failed':
      summary.failed += 1
      // AWS does not document the reasons; this is the only one known.
      if (/\bexpired\b/i.test(line.reason)) summary.expired += 1
      return
    case 'unlabeled':
      summary.unlabeled += 1
      return
    case 'foreign':
    case 'unreadable':
      summary.unreadable += 1
  }
}
