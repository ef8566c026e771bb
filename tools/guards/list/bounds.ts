import type { Guard } from '../guard.ts'

const JPEG = 'shared/image-files/jpeg-header.ts'
const WHOLE = 'shared/image-files/whole-image.ts'
const DESCRIPTIONS = 'shared/open-images/class-descriptions.ts'
const HIERARCHY = 'shared/open-images/hierarchy.ts'
const CHECK_METADATA = 'shared/datasets/import/check-metadata.ts'
const CHECK_ROWS = 'shared/open-images/check-rows.ts'
const LIMITS_TEST = 'test/datasets/import/class-limits.test.ts'
const NEAREST = 'shared/open-images/nearest-names.ts'
const COMPARABLE = 'shared/open-images/comparable-name.ts'
const LOOK_UP = 'shared/open-images/look-up-class.ts'
const RESOLVE = 'shared/open-images/resolve-classes.ts'
const BOXES_TEST = 'test/batches/many-boxes.test.ts'
const NEAREST_TEST = 'test/open-images/nearest-names.test.ts'
const RESOLVE_TEST = 'test/open-images/resolve-classes.test.ts'
const SEGMENTS_TEST = 'test/image-files/many-segments.test.ts'

/** What bounds the work that one request or one file can cause. */
export const BOUND_GUARDS: readonly Guard[] = [
  {
    prevents: 'An import accepts class files without any limit.',
    file: CHECK_METADATA,
    text: 'ports, { limits: IMPORT_LIMITS })',
    without: 'ports)',
    tests: [LIMITS_TEST],
  },
  {
    prevents: 'A class has a name that makes lists and errors large.',
    file: DESCRIPTIONS,
    text: 'if (className.length > limits.nameCharacters)',
    without: 'if (className.length < 0)',
    tests: [LIMITS_TEST],
  },
  {
    prevents: 'A line of millions of columns fills the memory of an import.',
    file: DESCRIPTIONS,
    text: 'if (longLine !== undefined)',
    without: 'if (longLine === -1)',
    tests: [LIMITS_TEST],
  },
  {
    prevents: 'A dataset names classes without end.',
    file: DESCRIPTIONS,
    text: 'if (classes.size >= limits.classes)',
    without: 'if (classes.size < 0)',
    tests: [LIMITS_TEST],
  },
  {
    prevents: 'A hierarchy repeats its classes without end.',
    file: HIERARCHY,
    text: 'if (entries > limits.hierarchyEntries)',
    without: 'if (entries < 0)',
    tests: [LIMITS_TEST],
  },
  {
    prevents: 'A hierarchy has classes without end.',
    file: HIERARCHY,
    text: 'if (nodes.size > limits.classes)',
    without: 'if (nodes.size < 0)',
    tests: [LIMITS_TEST],
  },
  {
    prevents: 'A hierarchy is so deep that each box counts for thousands of classes.',
    file: HIERARCHY,
    text: 'if (reached.size > limits.ancestors + 1)',
    without: 'if (reached.size < 0)',
    tests: [LIMITS_TEST],
  },
  {
    prevents: 'A hierarchy has so many relations that an import follows them for minutes.',
    file: HIERARCHY,
    text: 'if (steps > limits.ancestorSteps)',
    without: 'if (steps < 0)',
    tests: [LIMITS_TEST],
  },
  {
    prevents: 'Boxes have classes without end.',
    file: CHECK_ROWS,
    text: 'if (table.classIds.length >= IMPORT_LIMITS.classes)',
    without: 'if (table.classIds.length < 0)',
    tests: [LIMITS_TEST],
  },
  {
    prevents: 'The slices of a box file have more classes together than a dataset may have.',
    file: 'shared/datasets/import/count-classes.ts',
    text: 'if (classIds.length > IMPORT_LIMITS.classes)',
    without: 'if (classIds.length < 0)',
    tests: ['test/datasets/import/count-classes.test.ts'],
  },
  {
    prevents: 'A batch stores and shows hundreds of thousands of class ids.',
    file: RESOLVE,
    text: 'if (ids > MAX_CLASS_IDS)',
    without: 'if (ids < 0)',
    tests: [RESOLVE_TEST],
  },
  {
    prevents: 'An image of thousands of boxes makes a line that no reader of the image list holds.',
    file: 'shared/batches/record/image-list.ts',
    text: 'boxes.length <= MAX_LISTED_BOXES',
    without: 'boxes.length >= 0',
    tests: [BOXES_TEST],
  },
  {
    prevents: 'A manifest has a part of the boxes of an image as if they were all.',
    file: 'shared/manifests/input/manifest-line.ts',
    text: 'options.boxAttribute !== undefined && image.boxCount !== undefined',
    without: 'image.boxCount === -1',
    tests: [BOXES_TEST],
  },
  {
    prevents: 'A batch counts only the boxes that its image list has.',
    file: 'shared/batches/record/write-image-list.ts',
    text: 'boxCount += countBoxes(image)',
    without: 'boxCount += image.boxes.length',
    tests: [BOXES_TEST],
  },
  {
    prevents: 'Hundreds of images with thousands of boxes each are held at once.',
    file: 'shared/selection/engine/split-into-groups.ts',
    text: ' || groupWeight + weight > maxWeight)',
    without: ')',
    tests: [BOXES_TEST],
  },
  {
    prevents: 'A misspelled name is compared letter by letter with every class of the dataset.',
    file: NEAREST,
    text: '!isContained && !sharesWord && minEdits(wanted, candidate) >',
    without: 'minEdits(wanted, candidate) < 0 && 1 >',
    tests: [NEAREST_TEST],
  },
  {
    prevents: 'Suggestions go on after the budget of the request is spent.',
    file: NEAREST,
    text: '    if (budget.steps < 0) return []\n    if (found)',
    without: '    if (found)',
    tests: [NEAREST_TEST],
  },
  {
    prevents: 'Looking for a part of a long name costs nothing of the budget.',
    file: COMPARABLE,
    text: '  budget.steps -= countSteps(name, candidate)\n',
    without: '',
    tests: [NEAREST_TEST],
  },
  {
    prevents: 'Each name of a request has a budget of its own for suggestions.',
    file: RESOLVE,
    text: 'lookUpClass(name, list, budget)',
    without: 'lookUpClass(name, list, { ...budget })',
    tests: [RESOLVE_TEST],
  },
  {
    prevents: 'An error lists all of very many classes that have one name.',
    file: LOOK_UP,
    text: 'const shown = classes.slice(0, MAX_SHOWN_IDS)',
    without: 'const shown = classes.slice()',
    tests: [RESOLVE_TEST],
  },
  {
    prevents: 'An error suggests all of very many classes that have one name.',
    file: LOOK_UP,
    text: 'suggestions: classes.slice(0, MAX_SHOWN_IDS)',
    without: 'suggestions: classes.slice()',
    tests: [RESOLVE_TEST],
  },
  {
    prevents: 'A page of classes with many parents is larger than a response may be.',
    file: 'shared/open-images/browse-classes.ts',
    text: 'fitPage(summarize(',
    without: 'Array.from(summarize(',
    tests: ['test/open-images/browse-classes.test.ts'],
  },
  {
    prevents: 'A JPEG of millions of segments keeps a worker busy before its image data.',
    file: JPEG,
    text: 'if (segments > MAX_SEGMENTS)',
    without: 'if (segments < 0)',
    tests: [SEGMENTS_TEST],
  },
  {
    prevents: 'A JPEG of millions of segments keeps a worker busy behind its image data.',
    file: WHOLE,
    text: 'if (segments > MAX_SEGMENTS)',
    without: 'if (segments < 0)',
    tests: [SEGMENTS_TEST],
  },
]
