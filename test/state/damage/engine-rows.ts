import type { Kind, Row } from './kinds.ts'

const JOB = 'system/labeling-work/<job>/'
const WORK = `${JOB}<workId>/`

/** Of a job that has ended. Nothing reads the object any more, or it is made again. */
const ENDED: Row = { when: 'idle', of: 'system/labeling-work/drawn-1/' }
/** The same of a job with two workers an image. */
const SEVERAL: Row = { when: 'idle', of: 'system/labeling-work/drawn-4/' }
/** Of a job whose result is about to be written. Workers write it again. */
const ENDING: Row = { when: 'at work', of: 'system/labeling-work/drawn-2/' }
/** Of a job whose images are with people. Workers write it again. */
const RUNNING: Row = { when: 'at work', of: 'system/labeling-work/drawn-3/' }
/** Of a job that has ended, whose answers are about to be consolidated again. */
const AGAIN: Row = { when: 'at work', of: 'system/labeling-work/drawn-1/' }

const unreadable = {
  getLabelingJob: 'corrupt-state',
  listAnnotations: 'corrupt-state',
  listLabelingJobWorkers: 'corrupt-state',
  'getBatch drawn': 'copied',
}

/** What damage to the objects of Groundwork's own labeling engine leads to. */
export const ENGINE_ROWS: readonly Kind[] = [
  {
    form: `${JOB}work.json`,
    content: 'record',
    rows: [
      {
        ...ENDED,
        answers: { getLabelingJob: 'corrupt-state', listLabelingJobWorkers: 'corrupt-state' },
        // The record of the job has its end as well.
        except: { deleted: { getLabelingJob: 'Completed', listLabelingJobWorkers: 'corrupt-state' } },
        repair: 'restored',
      },
      // The message that watches the job comes until the record is there again.
      { ...ENDING, answers: unreadable, repair: 'restored and repeated' },
      { ...RUNNING, answers: unreadable, repair: 'restored and repeated' },
    ],
  },
  // Hints.
  { form: `${JOB}open.json`, content: 'record', rows: [ENDED, ENDING, RUNNING] },
  { form: `${JOB}places/<worker>.json`, content: 'record', rows: [ENDED, ENDING, RUNNING] },
  {
    form: `${WORK}tasks.jsonl`,
    content: 'lines',
    rows: [
      ENDED,
      // The labels lack the sizes of the images.
      { ...ENDING, answers: { listAnnotations: '3 items' } },
      // What is known of them is lost as well, so the scores of workers may differ.
      { ...RUNNING, answers: { listAnnotations: '3 items', listLabelingJobWorkers: '2 items' } },
    ],
  },
  {
    form: `${WORK}shards/<shard>.json`,
    content: 'record',
    rows: [
      ENDED,
      // A shard is made again from its answers. What else it had is lost: the times that pages took, and who had a lease.
      { ...ENDING, answers: { getLabelingJob: 'Completed' } },
      { ...RUNNING, answers: { getLabelingJob: 'Completed', listLabelingJobWorkers: '1 items' } },
    ],
  },
  {
    form: `${WORK}answers/<shard>/<block>/<answer>.json`,
    content: 'record',
    rows: [
      ENDED,
      // The only answer to an image is lost, which fails.
      { ...ENDING, answers: { getLabelingJob: 'Completed', listAnnotations: '3 items' } },
      { ...RUNNING, answers: { listAnnotations: '3 items' } },
    ],
  },
  // Without them, people label all the same.
  { form: `${WORK}practice.json`, content: 'record', rows: [RUNNING] },
  { form: `${WORK}practice/<worker>/<line>.json`, content: 'record', rows: [RUNNING] },
  // What several workers say of an image, and what each of them is worth, is read from the answers again.
  { form: `${WORK}opinions/<shard>.jsonl`, content: 'lines', rows: [SEVERAL] },
  { form: `${WORK}skills.json`, content: 'record', rows: [SEVERAL] },
  { form: `${WORK}ends/<shard>.json`, content: 'record', rows: [ENDED, ENDING] },
  { form: `${WORK}progress.json`, content: 'record', rows: [ENDED, RUNNING] },
  { form: `${WORK}labels/<shard>.jsonl`, content: 'lines', rows: [ENDED, ENDING] },
  { form: `${WORK}rounds/<round>/start.json`, content: 'record', rows: [ENDED, ENDING] },
  { form: `${WORK}rounds/<round>/<chunk>.json`, content: 'record', rows: [ENDED, ENDING] },
  { form: `${WORK}rounds/<round>.json`, content: 'record', rows: [ENDED, ENDING] },
  {
    form: `${WORK}consolidations/<name>.json`,
    content: 'record',
    rows: [
      {
        ...SEVERAL,
        answers: { getConsolidation: 'corrupt-state', listConsolidations: '1 items' },
        except: { deleted: { getConsolidation: 'not-found', listConsolidations: '0 items' } },
        repair: 'restored',
      },
      {
        ...AGAIN,
        answers: { getConsolidation: 'corrupt-state', listConsolidations: '1 items' },
        except: { deleted: { getConsolidation: 'not-found', listConsolidations: '0 items' } },
        repair: 'restored and repeated',
      },
    ],
  },
  { form: `${WORK}consolidations/<name>/<id>/labels/<shard>.jsonl`, content: 'lines', rows: [SEVERAL, AGAIN] },
  { form: `${WORK}consolidations/<name>/<id>/rounds/<round>/start.json`, content: 'record', rows: [SEVERAL, AGAIN] },
  { form: `${WORK}consolidations/<name>/<id>/rounds/<round>/<chunk>.json`, content: 'record', rows: [SEVERAL, AGAIN] },
  { form: `${WORK}consolidations/<name>/<id>/rounds/<round>.json`, content: 'record', rows: [SEVERAL, AGAIN] },
  {
    form: 'data/<batch>/<job>/consolidations/<name>/output.manifest',
    content: 'lines',
    rows: [{ when: 'idle', of: 'data/drawn/drawn-4/' }],
  },
  {
    form: 'data/<batch>/<job>/annotations/worker-response/iteration-1/<line>/<time>.json',
    content: 'file',
    rows: [{ when: 'idle', of: 'data/drawn/drawn-1/' }],
  },
  { form: 'system/labeling-index/<order>/<entry>', content: 'file', rows: [{ when: 'idle' }] },
]
