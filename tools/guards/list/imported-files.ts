import type { Guard } from '../guard.ts'

const LIST_ROW = 'shared/open-images/image-list-row.ts'
const WALK_LIST = 'shared/open-images/walk-image-list.ts'
const COVERAGE = 'shared/datasets/import/list-coverage.ts'
const LIST_TEST = 'test/datasets/import/image-list.test.ts'
const CHECK_LIST_TEST = 'test/open-images/check-image-list.test.ts'
const WARNINGS_TEST = 'test/datasets/import/import-warnings.test.ts'

/** What an import checks and tells of its files, and how the classes of a batch are kept apart. */
export const IMPORTED_FILE_GUARDS: readonly Guard[] = [
  {
    prevents: 'A quote that is not ended takes the rows behind it.',
    file: LIST_ROW,
    text: '    if (byte === LF && beginsLikeRow(bytes, at + 1)) return AT_ROW\n',
    without: '',
    tests: [LIST_TEST, CHECK_LIST_TEST],
  },
  {
    prevents: 'A comma that is not quoted shifts the columns of an image list.',
    file: LIST_ROW,
    text: 'if (column + 1 !== count)',
    without: 'if (false)',
    tests: [LIST_TEST],
  },
  {
    prevents: 'A row of an image list is imported that is not UTF-8.',
    file: WALK_LIST,
    text: 'utf8 || isUtf8(bytes.subarray(at, next)) ? found',
    without: 'true ? found',
    tests: [LIST_TEST],
  },
  {
    prevents: 'An image list gives an image one of two licenses.',
    file: COVERAGE,
    text: '      if (row.cursor.hash !== hash) reportConflict(row)\n',
    without: '',
    tests: [LIST_TEST],
  },
  {
    prevents: 'An image list is not checked whose receipt was lost.',
    file: 'shared/datasets/import/check-rows-job.ts',
    text: ' && !start.chunks.includes(missing)',
    without: '',
    tests: ['test/datasets/import/older-round.test.ts'],
  },
  {
    prevents: 'Boxes of a class without a name cannot be requested.',
    file: 'shared/open-images/class-list.ts',
    text: '[...groups, ...unlisted, ...boxable]',
    without: '[...groups, ...boxable]',
    tests: [WARNINGS_TEST],
  },
  {
    prevents: 'Two classes of one name become one in the labels of a batch.',
    file: 'shared/selection/plan.ts',
    text: 'distinguishNames(resolved.classes).map',
    without: 'resolved.classes.map',
    tests: ['test/batches/same-named-classes.test.ts'],
  },
  {
    prevents: 'A manifest counts a license for an image without one.',
    file: 'shared/manifests/input/license-report.ts',
    text: 'if (facts?.license === undefined)',
    without: 'if (facts === undefined)',
    tests: ['test/manifests/input/licenses.test.ts'],
  },
  {
    prevents: 'A message shows the control characters of a file.',
    file: 'shared/contracts/errors.ts',
    text: 'super(escapeControls(message),',
    without: 'super(message,',
    tests: ['test/contracts/errors.test.ts'],
  },
]
