// What the service does: mostly, it gives back what it gets.

import java.util.HashMap;
import java.util.Map;
import org.apache.axis.AxisFault;

public class Shop {
    public Line echo(Line line) { return line; }
    public Line[] twice(Line line) { return new Line[] {line, line}; }
    public int[] numbers(int[] given) { return given; }
    public String[] words(String[] given) { return given; }
    public String join(String a, boolean b, double c, long d) { return a + "," + b + "," + c + "," + d; }
    public Object anything(Object given) { return given; }

    public Map table() {
        Map table = new HashMap();
        table.put("one", 1);
        table.put("words", new String[] {"a", "b"});
        return table;
    }

    public void refuse(String sku) throws Refused {
        Refused refused = new Refused();
        refused.setSku(sku);
        refused.setLeft(3);
        throw refused;
    }

    public void breakDown() throws AxisFault { throw new AxisFault("it's <broken>"); }
}
