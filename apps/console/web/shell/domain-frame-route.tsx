import { createLazyRoute } from '@tanstack/react-router'
import DomainFrame from './domain-frame.tsx'

export const Route = createLazyRoute('/d/$domain')({ component: DomainFrame })
