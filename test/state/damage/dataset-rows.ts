import type { Kind, Row } from './kinds.ts'

const IMPORT = 'data/raw/<dataset>/<importId>/'

/** Once an import is complete, nothing reads the object any more. */
const UNREAD: Row = { when: 'idle' }
/** Workers write it again, or do its work again. */
const MENDED: Row = { when: 'at work' }
/** The import fails; the one before it remains, and another takes its place. */
const FAILS: Row = {
  when: 'at work',
  answers: { getDataset: 'failed' },
  events: ['dataset.failed'],
  repair: 'repeated',
}
/** As above; but if the object is gone, the part of the import that makes it is done again. */
const FAILS_UNLESS_GONE: Row = { ...FAILS, except: { deleted: {} }, exceptEvents: { deleted: [] } }
/** Classes are read from it. Another import has other files, so repeating it helps as well as restoring the file. */
const NEEDED_FOR_CLASSES: Row = { when: 'idle', answers: { browseClasses: 'corrupt-state' }, repair: 'restored' }

const corrupt = { getDataset: 'corrupt-state', browseClasses: 'corrupt-state' }
const gone = { getDataset: 'not-found', browseClasses: 'not-found' }

/** What damage to the objects of a dataset leads to. */
export const DATASET_ROWS: readonly Kind[] = [
  {
    form: 'data/raw/<dataset>/dataset.json',
    content: 'record',
    rows: [
      { when: 'idle', answers: corrupt, except: { deleted: gone }, repair: 'restored' },
      {
        when: 'at work',
        answers: corrupt,
        except: { deleted: gone },
        events: ['dataset.failed'],
        repair: 'restored and repeated',
      },
    ],
  },
  { form: `${IMPORT}import.json`, content: 'record', rows: [UNREAD, FAILS] },
  { form: `${IMPORT}rounds/fetch/<round>/start.json`, content: 'record', rows: [UNREAD, MENDED] },
  { form: `${IMPORT}rounds/fetch/<round>/<chunk>.json`, content: 'record', rows: [UNREAD, MENDED] },
  { form: `${IMPORT}rounds/fetch/<round>.json`, content: 'record', rows: [UNREAD, MENDED] },
  { form: `${IMPORT}rounds/check/<round>/start.json`, content: 'record', rows: [UNREAD, MENDED] },
  { form: `${IMPORT}rounds/check/<round>/<chunk>.json`, content: 'record', rows: [UNREAD, MENDED] },
  { form: `${IMPORT}rounds/check/<round>.json`, content: 'record', rows: [UNREAD, MENDED] },
  // Written while the rows are checked, and removed when the import is complete.
  { form: `${IMPORT}slices/<slice>/<name>`, content: 'file', rows: [MENDED] },
  { form: `${IMPORT}annotations-bbox.json`, content: 'record', rows: [UNREAD, MENDED] },
  {
    form: `${IMPORT}annotations-bbox.csv`,
    content: 'lines',
    rows: [
      UNREAD,
      FAILS_UNLESS_GONE,
      {
        when: 'read by others',
        // The selection of both fails, and repeating it reads the current import.
        answers: {
          'getBatch running': 'failed',
          'listBatchImages running': 'wrong-state',
          'getCopy running': 'wrong-state',
          'getManifest running': 'not-found',
          'getBatch selecting': 'failed',
          'listBatchImages selecting': 'wrong-state',
          'getCopy selecting': 'wrong-state',
        },
        events: ['batch.failed', 'batch.failed'],
        repair: 'repeated',
      },
    ],
  },
  {
    form: `${IMPORT}annotations-bbox.index`,
    content: 'file',
    rows: [
      UNREAD,
      FAILS_UNLESS_GONE,
      // The same images are chosen without the index, with a warning.
      { when: 'read by others', answers: { 'getBatch running': 'copied', 'getBatch selecting': 'selected' } },
    ],
  },
  { form: `${IMPORT}class-descriptions.csv`, content: 'lines', rows: [NEEDED_FOR_CLASSES, FAILS_UNLESS_GONE] },
  { form: `${IMPORT}labels-hierarchy.json`, content: 'file', rows: [NEEDED_FOR_CLASSES, FAILS_UNLESS_GONE] },
  { form: `${IMPORT}images.csv`, content: 'lines', rows: [UNREAD, FAILS_UNLESS_GONE] },
  { form: `${IMPORT}classes.json`, content: 'file', rows: [NEEDED_FOR_CLASSES, MENDED] },
]
