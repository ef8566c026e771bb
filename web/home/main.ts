import { html, render } from 'lit-html'
import '../kit/style.css'
import './home.css'

const page = html`
  <main class="home">
    <h1>Groundwork</h1>
    <p>Turns public images into labeled training data.</p>
    <ul>
      <li>
        <a class="button main" href="app">Your datasets, batches and labeling jobs</a>
        <p>For owners, with a token of the API.</p>
      </li>
      <li>
        <a class="button" href="label">Label images</a>
        <p>For people who got a link.</p>
      </li>
      <li>
        <a class="button" href="docs">API documentation</a>
        <p>Every call that these pages make, and all others.</p>
      </li>
    </ul>
  </main>
`

const root = document.querySelector<HTMLElement>('#page')
if (root) render(page, root)
