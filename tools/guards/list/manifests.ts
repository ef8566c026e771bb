import type { Guard } from '../guard.ts'

const LINES = 'shared/manifests/input/manifest-lines.ts'
const COPIES = 'shared/manifests/input/read-copies.ts'
const STORED = 'shared/manifests/input/stored-manifest.ts'
const STORE = 'shared/manifests/input/store-manifest.ts'
const DAMAGED_TEST = 'test/manifests/input/damaged-manifest.test.ts'
const MANIFEST_TEST = 'test/manifests/input/manifest.test.ts'
const OMITTED_TEST = 'test/manifests/input/omitted-images.test.ts'

/** `shared/manifests/input/`: the input manifest. */
export const MANIFEST_GUARDS: readonly Guard[] = [
  {
    prevents: 'A manifest without a line is written for a batch that has images.',
    file: 'shared/manifests/input/write-manifest.ts',
    text: '      if (count === 0) assertEmpty(batch, omissions.report())\n',
    without: '',
    tests: [OMITTED_TEST],
  },
  {
    prevents: 'A manifest leaves out the images of a damaged receipt.',
    file: LINES,
    text: "CopyReceipts['intact'] = assertIntact",
    without: "CopyReceipts['intact'] = ({ intact }) => intact",
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'A manifest is written while images are copied.',
    file: COPIES,
    text: '  if (!end)\n',
    without: '  if (false)\n',
    tests: [MANIFEST_TEST],
  },
  {
    prevents: 'An image whose receipt was lost is reported as not tried.',
    file: COPIES,
    text: 'isCancelled ? toPending(batch) : toUnknown(batch)',
    without: 'toPending(batch)',
    tests: ['test/copying/damaged-copies.test.ts'],
  },
  {
    prevents: 'A manifest that was written and is gone counts as never written.',
    file: STORED,
    text: "    if (manifest) throw corrupt('it was written and does not exist any more')\n",
    without: '',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'A manifest that was emptied is labeled.',
    file: STORED,
    text: 'if (stored.size === 0 && manifest && manifest.lines > 0)',
    without: 'if (false)',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'A manifest that ends inside a line is labeled.',
    file: STORED,
    text: 'if (!endsWithWholeLine(stored))',
    without: 'if (false)',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'A slow caller writes the manifest of a batch that was recreated.',
    file: STORE,
    text: "value.batchId === batchId && value.state === 'selected'",
    without: "value.state === 'selected'",
    tests: [MANIFEST_TEST],
  },
  {
    prevents: 'A manifest stays of a batch that was deleted while it was written.',
    file: STORE,
    text: '    await removeFiles([{ key, etag }], ports)\n',
    without: '',
    tests: [MANIFEST_TEST],
  },
]
