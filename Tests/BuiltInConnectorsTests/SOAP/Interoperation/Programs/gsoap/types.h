// Types that both services use.

typedef char *xsd__string;
typedef int xsd__int;
typedef double xsd__double;
typedef char *xsd__date;
