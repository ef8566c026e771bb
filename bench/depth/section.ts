import { startNode } from '../child.ts'
import type { Options } from '../options.ts'
import type { Section } from '../report.ts'
import { type Figure, findDifferences, toRow } from './figures.ts'
import type { DepthJob } from './process.ts'

const JOB: DepthJob = { distances: [0, 60, 200], turns: 3, images: 20_000 }
const QUICK_JOB: DepthJob = { distances: [0, 40], turns: 1, images: 400 }

/** Measures what calls request, and how their time grows with the distance of S3, SQS and the labeling service. */
export async function depthSection({ quick }: Options): Promise<Section> {
  const job = quick ? QUICK_JOB : JOB
  const child = startNode(['bench/depth/process.ts'], { ...process.env, POWERTOOLS_LOG_LEVEL: 'SILENT' })
  try {
    // The child answers each job with figures.
    const figures = (await child.run(job)).result as readonly Figure[]
    const distances = job.distances.join(', ')
    return {
      section: 'depth',
      title: `S3, SQS and the labeling service ${distances} ms away; a dataset of ${job.images.toLocaleString('en-US')} images`,
      rows: figures.map(toRow),
      notes: [
        'slope: how many milliseconds longer the call takes for each one that a request takes longer (least squares)',
        'functions are warm: the first call of an instance also reads its token, and the first page with a next one the key of cursors',
        'functions and servers run in one process; the time of a request is measured in the same run, before each call',
      ],
      // With one turn, other load decides the slope.
      failures: quick ? [] : figures.flatMap(findDifferences),
    }
  } finally {
    await child.stop()
  }
}
