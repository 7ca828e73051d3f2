import type { ElementContent, RootContent } from 'hast'
import graphql from 'highlight.js/lib/languages/graphql'
import json from 'highlight.js/lib/languages/json'
import { createLowlight } from 'lowlight'
import { Fragment, useMemo, type ReactNode } from 'react'

const highlighter = createLowlight({ graphql, json })

/** Code with its words coloured. They are made as elements and text, never as markup. */
export default function Highlighted({ text, language }: { text: string; language: 'graphql' | 'json' }) {
  const tree = useMemo(() => highlighter.highlight(language, text), [text, language])
  return <>{tree.children.map(draw)}</>
}

function draw(node: RootContent | ElementContent, at: number): ReactNode {
  if (node.type === 'text') return <Fragment key={at}>{node.value}</Fragment>
  if (node.type !== 'element') return null
  const names = node.properties.className
  return (
    <span key={at} className={Array.isArray(names) ? names.join(' ') : undefined}>
      {node.children.map(draw)}
    </span>
  )
}
