/** What a dragged medium of the library is called in a drag's data: its path from the pipeline's folder. */
export const mediaDragType = 'application/x-tributary-media';
