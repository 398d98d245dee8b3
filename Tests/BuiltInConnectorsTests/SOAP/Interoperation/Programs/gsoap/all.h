// Both services in one program.

#import "graph.h"
#import "files.h"
