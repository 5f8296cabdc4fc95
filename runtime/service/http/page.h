/* The page, from page.html, page.css and page.js at build time. */
#ifndef PROJC_SERVICE_HTTP_PAGE_H
#define PROJC_SERVICE_HTTP_PAGE_H

extern const char projc__page_html[];
extern const char projc__page_css[];
extern const char projc__page_js[];

#endif
