import type { CsvVersion } from '../../shared/box-index/head.ts'
import { openIndex } from '../../shared/box-index/open-index.ts'
import type { Criteria } from '../../shared/contracts/criteria.ts'
import type { Box } from '../../shared/selection/engine/image-rows.ts'
import { select } from '../../shared/selection/engine/select.ts'
import { fileSource } from '../file-source.ts'
import { serveJobs } from '../serve-jobs.ts'
import { type FoundRow, type ImageQuery, toAnswer } from './query.ts'

export interface OursJob {
  readonly csv: string
  readonly index: string
  /** Version of the box file that the index was built from. */
  readonly version: CsvVersion
  readonly question: ImageQuery
}

/** Serves queries from local files with our index. Opens both files for each query, like a function without cache. */
await serveJobs(async ({ csv, index, version, question }: OursJob) => {
  const boxes = await fileSource(csv)
  const lists = await fileSource(index)
  try {
    const { pages } = await select(boxes, toCriteria(question), {
      groupedByImage: true,
      index: await openIndex(async () => lists, version),
    })
    const rows: FoundRow[] = []
    for await (const page of pages())
      for (const { imageId, boxes } of page) for (const box of boxes) rows.push([imageId, ...toNumbers(box)])
    return toAnswer(rows)
  } finally {
    await Promise.all([boxes.close(), lists.close()])
  }
})

function toCriteria({ classId, images, from }: ImageQuery): Criteria {
  return {
    classes: [{ className: classId, classIds: [classId] }],
    examplesPerClass: images,
    batchOffset: from / images,
    allocation: 'window',
    skipImages: [],
    excludeFlags: [],
  }
}

function toNumbers(box: Box): number[] {
  const { xMin, xMax, yMin, yMax } = box
  const { isOccluded, isTruncated, isGroupOf, isDepiction, isInside } = box
  return [xMin, xMax, yMin, yMax, isOccluded, isTruncated, isGroupOf, isDepiction, isInside]
}
