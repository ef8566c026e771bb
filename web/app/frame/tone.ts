/** What a state means for whoever looks: shown by color, and by a mark that does not depend on it. */
export type Tone = 'good' | 'bad' | 'warn' | 'busy' | 'rest'
