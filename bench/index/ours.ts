import type { CsvVersion } from '../../shared/box-index/head.ts'
import { openIndex } from '../../shared/box-index/open-index.ts'
import type { Criteria } from '../../shared/contracts/criteria.ts'
import type { Box } from '../../shared/selection/engine/image-rows.ts'
import { select } from '../../shared/selection/engine/select.ts'
import { fileSource } from '../file-source.ts'
import { serveJobs } from '../serve-jobs.ts'
import { answerOf, type FoundRow, type Question } from './question.ts'

export interface OursJob {
  readonly csv: string
  readonly index: string
  /** The box file that the index was made from, as S3 had it. */
  readonly version: CsvVersion
  readonly question: Question
}

/** Ours, from local files: opens both anew for each question, as a function does that keeps nothing. */
await serveJobs(async ({ csv, index, version, question }: OursJob) => {
  const boxes = await fileSource(csv)
  const lists = await fileSource(index)
  try {
    const { pages } = await select(boxes, criteriaOf(question), {
      groupedByImage: true,
      index: await openIndex(async () => lists, version),
    })
    const rows: FoundRow[] = []
    for await (const page of pages())
      for (const { imageId, boxes } of page) for (const box of boxes) rows.push([imageId, ...numbersOf(box)])
    return answerOf(rows)
  } finally {
    await Promise.all([boxes.close(), lists.close()])
  }
})

function criteriaOf({ classId, images, from }: Question): Criteria {
  return {
    classes: [{ className: classId, classIds: [classId] }],
    examplesPerClass: images,
    batchOffset: from / images,
    allocation: 'window',
    skipImages: [],
    excludeFlags: [],
  }
}

function numbersOf(box: Box): number[] {
  const { xMin, xMax, yMin, yMax } = box
  const { isOccluded, isTruncated, isGroupOf, isDepiction, isInside } = box
  return [xMin, xMax, yMin, yMax, isOccluded, isTruncated, isGroupOf, isDepiction, isInside]
}
