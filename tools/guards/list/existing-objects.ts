import type { Guard } from '../guard.ts'

const COPIES = 'shared/copying/existing-copies.ts'
const COPIES_TEST = 'test/copying/verify-images.test.ts'
const IMAGES = 'shared/copying/list-images.ts'
const LINE_LINKS_TEST = 'test/labeling/jobs/annotation-links.test.ts'
const LINKS_TEST = 'test/copying/image-links.test.ts'
const TEST_IMAGES_TEST = 'test/test-images/verify.test.ts'

/** What compares recorded copies, test images and imported files with the objects that are there, and links to them. */
export const EXISTING_OBJECT_GUARDS: readonly Guard[] = [
  {
    prevents: 'A copy that was replaced by an object of the same size counts as it was.',
    file: COPIES,
    text: ' && etag === found.etag',
    without: '',
    tests: [COPIES_TEST],
  },
  {
    prevents: 'A copy of an older version, whose ETag is not known, is reported as changed.',
    file: COPIES,
    text: 'etag = found.etag } = copy',
    without: 'etag } = copy',
    tests: [COPIES_TEST],
  },
  {
    prevents: 'Copies behind the first thousand objects of their folder are reported as gone.',
    file: COPIES,
    text: 'if (listing.next === undefined) ',
    without: '',
    tests: [COPIES_TEST],
  },
  {
    prevents: 'An image that was never copied is reported as gone.',
    file: COPIES,
    text: '  if (!isGood(copy)) return undefined\n',
    without: '',
    tests: ['test/manifests/input/verified-manifest.test.ts', COPIES_TEST],
  },
  {
    prevents: 'A file of an import that was replaced by one of the same size is not listed.',
    file: 'shared/datasets/lost-files.ts',
    text: ' && (etag ?? found.etag) === found.etag',
    without: '',
    tests: ['test/datasets/lost-files.test.ts'],
  },
  {
    prevents: 'An import whose record of stored files is gone looks whole.',
    file: 'shared/datasets/lost-files.ts',
    text: '...named, record]',
    without: '...named]',
    tests: ['test/datasets/lost-files.test.ts'],
  },
  {
    prevents: 'A test image that was replaced by an object of the same size counts as stored.',
    file: 'shared/test-images/find-loss.ts',
    text: ' && etag === found.etag',
    without: '',
    tests: [TEST_IMAGES_TEST],
  },
  {
    prevents: 'A test image that is gone is never fetched again.',
    file: 'shared/test-images/request.ts',
    text: "loss !== 'gone' && ",
    without: "found.value.state === 'stored' || ",
    tests: [TEST_IMAGES_TEST],
  },
  {
    prevents: 'A worker takes the object of somebody else for a test image that is fetched again.',
    file: 'shared/test-images/request.ts',
    text: "if (loss !== 'gone' && found.value",
    without: 'if (loss === undefined && found.value',
    tests: [TEST_IMAGES_TEST],
  },
  {
    prevents: 'A test image that is fetched again has the size of the one that is gone.',
    file: 'shared/test-images/request.ts',
    text: '...withoutOutcome(found.value), ...state',
    without: '...found.value, ...state',
    tests: [TEST_IMAGES_TEST],
  },
  {
    prevents: 'An image whose copy is gone gets a link to it.',
    file: IMAGES,
    text: 'isGood({ outcome: image.copy }) ? ',
    without: 'image.copy !== undefined ? ',
    tests: [LINKS_TEST],
  },
  {
    prevents: 'An edited image list gives links to any image of the bucket.',
    file: IMAGES,
    text: 'findCopyKey(batch, image, ports)',
    without: "image.destination.split('/').slice(3).join('/')",
    tests: [LINKS_TEST],
  },
  {
    prevents: 'Links make a page larger than a response may be.',
    file: IMAGES,
    text: 'fitPage(request.links ? await addLinks(batch, found, ports) : found)',
    without: 'request.links ? await addLinks(batch, fitPage(found), ports) : fitPage(found)',
    tests: [LINKS_TEST],
  },
  {
    prevents: 'Whoever writes an output manifest gets links to anything that the function may read.',
    file: 'shared/labeling/jobs/line-links.ts',
    text: 'IMAGE.test(path) ? ',
    without: "path !== '' ? ",
    tests: [LINE_LINKS_TEST],
  },
  {
    prevents: 'Links make a page of annotations larger than a response may be.',
    file: 'shared/manifests/output/annotations.ts',
    text: 'pageBytes += countBytes(item)',
    without: 'pageBytes += countBytes(found)',
    tests: [LINE_LINKS_TEST],
  },
]
