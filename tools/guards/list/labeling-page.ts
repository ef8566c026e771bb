import type { Guard } from '../guard.ts'

const OUTBOX = 'web/label/work/outbox.ts'
const STORE = 'web/label/work/store.ts'
const BLOCK = 'web/label/work/block.ts'
const OUTBOX_TEST = 'test/web/label/work/outbox.test.ts'
const STORE_TEST = 'test/web/label/work/store.test.ts'
const TASK_FLOW = 'web/label/page/task-flow.ts'
const BLOCK_TEST = 'test/web/label/work/block.test.ts'
const TASK_FLOW_TEST = 'test/web/label/page/task-flow.test.ts'

/** `web/label/`: what a worker has drawn and answered is not lost in the browser, nor counted twice. */
export const LABELING_PAGE_GUARDS: readonly Guard[] = [
  {
    prevents: 'An answer is given up when the network or the server fails.',
    file: OUTBOX,
    text: 'if (error.isRetryable || error.status === 401) {',
    without: 'if (false) {',
    tests: [OUTBOX_TEST],
  },
  {
    prevents: 'An answer that the browser has no room for is lost.',
    file: OUTBOX,
    text: '        unstored = [...unstored, answer]\n',
    without: '',
    tests: [OUTBOX_TEST],
  },
  {
    prevents: 'Answers are sent in another order when the browser runs out of room in between.',
    file: OUTBOX,
    text: "        if (unstored.length > 0) throw new Error('Answers are sent in their order')\n",
    without: '',
    tests: [OUTBOX_TEST],
  },
  {
    prevents: 'An answer that the server refuses disappears without a word.',
    file: OUTBOX,
    text: '      lose(answer.line, error.message)\n',
    without: '',
    tests: [OUTBOX_TEST],
  },
  {
    prevents: 'An answer that came too late disappears without a word.',
    file: OUTBOX,
    text: "      if (!receipt.counted && !receipt.practice) lose(answer.line, 'It came after the end of the job.')\n",
    without: '',
    tests: [OUTBOX_TEST],
  },
  {
    prevents: 'The page says that an answer is kept while the browser still stores it.',
    file: OUTBOX,
    text: 'kept: queued.length, onlyHere',
    without: 'kept: waiting, onlyHere',
    tests: [OUTBOX_TEST],
  },
  {
    prevents: 'The page says that everything is saved while an answer is being stored.',
    file: OUTBOX,
    text: '      change({ waiting: state.waiting + 1 })\n',
    without: '',
    tests: [OUTBOX_TEST],
  },
  {
    prevents: 'An answer that comes while another one is sent waits for the next answer.',
    file: OUTBOX,
    text: '    isAsked = true\n    if (isSending) return\n',
    without: '    if (isSending) return\n    isAsked = true\n',
    tests: [OUTBOX_TEST],
  },
  {
    prevents: 'An answer that is changed counts twice.',
    file: OUTBOX,
    text: 'receipt.counted && answer.body.replaces === undefined',
    without: 'receipt.counted',
    tests: [OUTBOX_TEST],
  },
  {
    prevents: 'An answer that the server may have is replaced in the browser, and the server never hears of it.',
    file: STORE,
    text: '          !isTried && job === answer.job',
    without: '          job === answer.job',
    tests: [STORE_TEST],
  },
  {
    prevents: 'An answer replaces one that the server never got.',
    file: STORE,
    text: '  const { replaces: _, ...body } = answer.body\n',
    without: '  const { ...body } = answer.body\n',
    tests: [STORE_TEST],
  },
  {
    prevents: 'An answer counts twice because it is removed twice.',
    file: STORE,
    text: 'if (isSaved && isThere)',
    without: 'if (isSaved)',
    tests: [STORE_TEST],
  },
  {
    prevents: 'Signing out removes the work of another worker on the same computer.',
    file: STORE,
    text: "await answers.index('account').getAllKeys(account)",
    without: 'await answers.getAllKeys()',
    tests: [STORE_TEST],
  },
  {
    prevents: 'What was answered is asked again when the block gets more time.',
    file: BLOCK,
    text: 'new Map(before?.name === reply.block ? before.items.map((item) => [item.task.line, item]) : [])',
    without: 'new Map<number, Item>()',
    tests: [BLOCK_TEST],
  },
  {
    prevents: 'A change of an answered image is lost when another image is shown.',
    file: TASK_FLOW,
    text: '  leaveTask(context)\n',
    without: '',
    tests: [TASK_FLOW_TEST],
  },
  {
    prevents: 'One key drops all boxes of an image.',
    file: TASK_FLOW,
    text: 'if (isDropped && notice?.confirms !== given) {',
    without: 'if (false) {',
    tests: [TASK_FLOW_TEST],
  },
  {
    prevents: 'Boxes that were removed from an answered image are still its answer, without a word.',
    file: TASK_FLOW,
    text: '  else context.change(warn(`Image ',
    without: '  else if (false) context.change(warn(`Image ',
    tests: [TASK_FLOW_TEST],
  },
]
