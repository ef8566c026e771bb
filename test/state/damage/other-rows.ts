import { tokenKey } from '../../../shared/platform/tokens/token.ts'
import type { Kind, Row } from './kinds.ts'

const BATCH = 'data/<batch>/'
const ROUNDS = `${BATCH}copies/<batchId>/`

const UNREAD: Row = { when: 'idle' }

const unreadable = {
  getBatch: 'corrupt-state',
  listBatchImages: 'corrupt-state',
  getCopy: 'corrupt-state',
  getManifest: 'corrupt-state',
}
const gone = { getBatch: 'not-found', listBatchImages: 'not-found', getCopy: 'not-found', getManifest: 'not-found' }

/** What damage to the objects of a batch leads to. */
export const BATCH_ROWS: readonly Kind[] = [
  {
    form: `${BATCH}batch.json`,
    content: 'record',
    rows: [
      { when: 'idle', of: 'data/b/', answers: unreadable, except: { deleted: gone }, repair: 'restored' },
      {
        when: 'at work',
        of: 'data/halves/',
        answers: unreadable,
        except: { deleted: gone },
        events: ['batch.incomplete'],
        repair: 'restored and repeated',
      },
      {
        when: 'at work',
        of: 'data/selecting/',
        answers: unreadable,
        // Without an image list, there is nothing that tells a batch that was lost from one that was deleted.
        except: { deleted: gone },
        events: ['batch.failed'],
        exceptEvents: { deleted: [] },
        repair: 'restored and repeated',
      },
      {
        when: 'at work',
        of: 'data/running/',
        answers: unreadable,
        except: { deleted: gone },
        events: ['batch.failed'],
        exceptEvents: { deleted: [] },
        repair: 'restored and repeated',
      },
    ],
  },
  {
    form: `${BATCH}images-<batchId>.jsonl`,
    content: 'lines',
    rows: [
      { when: 'idle', of: 'data/b/', answers: { listBatchImages: 'corrupt-state' }, repair: 'restored' },
      {
        when: 'at work',
        of: 'data/halves/',
        answers: { getBatch: 'incomplete', getCopy: 'incomplete', listBatchImages: 'corrupt-state' },
        events: ['batch.incomplete'],
        repair: 'restored and repeated',
      },
    ],
  },
  {
    form: `${BATCH}images/<imageId>.<extension>`,
    content: 'file',
    rows: [
      UNREAD,
      {
        when: 'at work',
        of: 'data/halves/',
        answers: { getBatch: 'incomplete', getCopy: 'incomplete', listBatchImages: '3 items' },
        except: { deleted: {} },
        events: ['batch.incomplete'],
        exceptEvents: { deleted: [] },
        repair: 'restored and repeated',
      },
    ],
  },
  {
    form: `${ROUNDS}<round>/start.json`,
    content: 'record',
    rows: [
      { when: 'idle', of: 'data/b/', answers: { getCopy: 'corrupt-state' }, repair: 'repeated' },
      { when: 'at work', of: 'data/halves/' },
    ],
  },
  {
    form: `${ROUNDS}<round>/<chunk>.json`,
    content: 'record',
    rows: [
      {
        when: 'idle',
        of: 'data/b/',
        answers: { listBatchImages: 'corrupt-state' },
        // All images are listed, with outcomes that say that they are to be copied again.
        except: { deleted: { listBatchImages: '3 items' } },
        repair: 'repeated',
      },
      { when: 'at work', of: 'data/halves/' },
    ],
  },
  {
    form: `${ROUNDS}<round>.json`,
    content: 'record',
    rows: [
      {
        when: 'idle',
        of: 'data/b/',
        answers: { getCopy: 'corrupt-state' },
        // An end that is missing is that of a round that is under way.
        except: { deleted: { getBatch: 'copying', getCopy: 'copying' } },
        repair: 'repeated',
      },
      { when: 'at work', of: 'data/halves/' },
    ],
  },
  {
    form: `${BATCH}manifests/input.manifest`,
    content: 'lines',
    rows: [
      {
        when: 'idle',
        answers: { getManifest: 'corrupt-state' },
        // Users may edit a manifest: what has only whole lines of JSON objects is read as it is.
        except: { 'other JSON': { getManifest: '1 lines' }, 'cut at a line': { getManifest: '1 lines' } },
        repair: 'repeated',
      },
      { when: 'at work', of: 'data/running/' },
    ],
  },
  // The labeling service reads the files of a job; here, they are read only to write the record of the job again.
  {
    form: `${BATCH}manifests/<job>/input.manifest`,
    content: 'lines',
    rows: [UNREAD, { when: 'at work', of: 'data/b/' }],
  },
  { form: `${BATCH}manifests/<job>/label-categories.json`, content: 'file', rows: [UNREAD] },
  { form: `${BATCH}manifests/<job>/template.liquid.html`, content: 'lines', rows: [UNREAD] },
  {
    form: `${BATCH}<job>/manifests/output/output.manifest`,
    content: 'lines',
    rows: [
      { when: 'idle', answers: { 'listAnnotations cats-1': 'corrupt-state' }, repair: 'restored' },
      {
        when: 'at work',
        of: 'data/b/cats-2/',
        // The service writes results after the end of a job: until all are there, nothing is counted.
        answers: { 'getLabelingJob cats-2': 'Completed', 'listAnnotations cats-2': '1 items' },
        except: {
          deleted: { 'getLabelingJob cats-2': 'Completed', 'listAnnotations cats-2': 'not-found' },
          emptied: { 'getLabelingJob cats-2': 'Completed', 'listAnnotations cats-2': '0 items' },
          // A line that is cut is counted, and listed, as unreadable.
          truncated: { 'getLabelingJob cats-2': 'Completed', 'listAnnotations cats-2': '2 items' },
        },
        repair: 'restored and repeated',
      },
    ],
  },
]

const lostJob = { getLabelingJob: 'corrupt-state', listAnnotations: 'corrupt-state' }
const webhookCalls = (answer: string) => ({ getWebhook: answer, listDeliveries: answer, getDelivery: answer })
const SPARE_TOKEN = tokenKey('spare')

/** What damage to the objects outside of datasets and batches leads to. */
export const SYSTEM_ROWS: readonly Kind[] = [
  {
    form: 'system/labeling-jobs/<job>.json',
    content: 'record',
    rows: [
      { when: 'idle', answers: lostJob, repair: 'repeated' },
      // EventBridge delivers the end of the job again; its batch learns of it then.
      {
        when: 'at work',
        of: 'system/labeling-jobs/cats-2',
        answers: { ...lostJob, 'getBatch b': 'copied' },
        repair: 'repeated',
      },
    ],
  },
  {
    form: 'system/webhooks/<webhook>.json',
    content: 'record',
    rows: [
      {
        when: 'idle',
        answers: webhookCalls('corrupt-state'),
        except: { deleted: webhookCalls('not-found') },
        repair: 'restored',
      },
      {
        when: 'at work',
        answers: webhookCalls('corrupt-state'),
        except: { deleted: webhookCalls('not-found') },
        repair: 'restored',
      },
    ],
  },
  {
    form: 'system/deliveries/<webhook>/<webhookId>/<delivery>.json',
    content: 'record',
    rows: [
      {
        when: 'idle',
        answers: { getDelivery: 'corrupt-state', listDeliveries: '4 items' },
        except: { deleted: { getDelivery: 'not-found', listDeliveries: '3 items' } },
        repair: 'restored',
      },
      { when: 'at work' },
    ],
  },
  { form: 'system/events/<event>.json', content: 'record', rows: [UNREAD, { when: 'at work' }] },
  {
    form: 'system/test-images/<image>.json',
    content: 'record',
    rows: [
      {
        when: 'idle',
        of: 'system/test-images/0075',
        answers: { getTestImage: 'corrupt-state' },
        except: { deleted: { getTestImage: 'not-found' } },
        repair: 'repeated',
      },
      {
        when: 'at work',
        of: 'system/test-images/28aa',
        answers: { getTestImage: 'corrupt-state' },
        except: { deleted: { getTestImage: 'not-found' } },
        repair: 'repeated',
      },
    ],
  },
  {
    form: 'data/test/<image>.jpg',
    content: 'file',
    rows: [
      UNREAD,
      // A worker that finds another file where it would store the image reports that.
      { when: 'at work', answers: { getTestImage: 'failed' }, except: { deleted: {} }, repair: 'repeated' },
    ],
  },
  { form: 'system/tokens/<hash>.json', content: 'record', rows: [{ when: 'idle', of: SPARE_TOKEN }] },
  {
    form: 'system/labeling-workers/<worker>.json',
    content: 'record',
    rows: [
      {
        when: 'idle',
        answers: { getWorker: 'corrupt-state' },
        except: { deleted: { getWorker: 'not-found' } },
        repair: 'restored',
      },
    ],
  },
  { form: 'system/labeling-links/<hash>.json', content: 'record', rows: [UNREAD] },
  { form: 'system/labeling-key.json', content: 'record', rows: [UNREAD] },
  { form: 'system/cursor-key.json', content: 'record', rows: [UNREAD] },
]
